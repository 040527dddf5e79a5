// Package serve answers requests of JSON, one a line, with one line of JSON each.
package serve

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// An Answer is one line of the output.
type Answer map[string]any

// A Command carries out one request.
type Command func(line []byte) (Answer, error)

// Lines answers each line of in, in the same order. A request that cannot be carried out, or that makes command
// panic, is answered with {"error": "..."}; only a line that is not JSON is an error. Answers are held back only
// while more requests are at hand.
func Lines(in io.Reader, out io.Writer, command Command) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriterSize(out, 1<<20)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for {
		line, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if !json.Valid(line) {
				return errors.Join(fmt.Errorf("not JSON: %s", line), writer.Flush())
			}
			if err := encoder.Encode(guarded(command, line)); err != nil {
				return err
			}
		}
		if reader.Buffered() == 0 || err != nil {
			if err := writer.Flush(); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// guarded turns an error, or a panic, into an answer.
func guarded(command Command, line []byte) (result Answer) {
	defer func() {
		if r := recover(); r != nil {
			result = Answer{"error": fmt.Sprintf("panic: %v", r)}
		}
	}()
	result, err := command(line)
	if err != nil {
		return Answer{"error": err.Error()}
	}
	return result
}

// Decode reads one request, and keeps its numbers as they were written.
func Decode(line []byte, request any) error {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	return decoder.Decode(request)
}

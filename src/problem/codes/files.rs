//! Reading and writing files.

codes! {
    UNREADABLE_FILE = "unreadable-file", "a file or folder cannot be read" {
        why: "It is there, but the system does not let it be read, it is a folder where a file is needed or the reverse, or \
              its bytes are not UTF-8.",
        how: "The message ends with what the system says. Mend its permissions, its form or its encoding, or name another file.",
        example: "$ helmwright render shop -f apps/\n  × cannot read `apps/`: it is a folder",
    }
    NO_SUCH_FILE = "no-such-file", "a file is named and is not there" {
        why: "A path on the command line, or in helmwright.yaml, leads to nothing. Paths on the command line begin at the \
              working directory; those in helmwright.yaml begin at its folder.",
        how: "Correct the path, or add the file. At a revision only files that are committed there exist.",
        example: "$ helmwright render shop -f relaese.yaml",
    }
    UNWRITABLE_FILE = "unwritable-file", "a file or folder cannot be written" {
        why: "The system does not let it be written, or a file is needed where there is a folder, or the reverse.",
        how: "The message ends with what the system says. Mend the permissions, remove what is in the way, or write elsewhere.",
        example: "$ helmwright render shop -f release.yaml --output-dir /sys/rendered",
    }
    SYMBOLIC_LINK = "symbolic-link", "output would be written through a symbolic link" {
        why: "A link in the folder of the output may lead anywhere, so what is written or removed through it could be somebody \
              else's.",
        how: "Put a file or a folder in the place of the link, or write into the folder that it leads to.",
        example: "$ ln -s /etc rendered\n$ helmwright render shop -f release.yaml --output-dir rendered",
    }
    FOREIGN_FILES = "foreign-files", "files that helmwright did not write are in the way" {
        why: "The folder has a list of the files that helmwright wrote. A file that is not in it, and that has other content, \
              is somebody's work, and would be lost.",
        how: "Write into another folder, move the files away, or take them over with `--force`.",
        example: "$ helmwright chart shop -f release.yaml --output-dir .",
    }
    INVALID_FILE_LIST = "invalid-file-list", "the list of files that helmwright wrote into a folder is not one" {
        why: "Files are removed because they are in that list, so a list that was changed by hand, or that names a path outside \
              of its folder, is not followed.",
        how: "Restore the list from Git, or move it away and render again with `--force`.",
        example: "$ echo ../../etc/passwd >> rendered/.helmwright",
    }
    INVALID_OUTPUT_PATH = "invalid-output-path", "output has a path that cannot be written" {
        why: "A path of the output is relative and stays in its folder; it has no empty steps, no `.` and no `..`, is not below \
              another file of the output, and not in Git's own folder.",
        how: "Give the object, the release or its `output` a name that makes such a path.",
        example: "releases:\n- spec: release.yaml\n  output: .git/rendered",
    }
}

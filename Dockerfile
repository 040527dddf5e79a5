# syntax=docker/dockerfile:1
# The static program and nothing else. Build it after scripts/release-build, for one or more platforms:
#
#   docker buildx build --platform linux/amd64,linux/arm64 .
#
# It expects dist/linux/amd64/helmwright and dist/linux/arm64/helmwright.
FROM scratch
ARG TARGETOS
ARG TARGETARCH
LABEL org.opencontainers.image.title="helmwright" \
      org.opencontainers.image.description="One spec of an application, its versions and its rollout in; manifests, a chart or a routemap out" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --chmod=0755 dist/${TARGETOS}/${TARGETARCH}/helmwright /helmwright
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/helmwright"]

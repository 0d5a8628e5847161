# Boligklar as one static program, run by a user that owns nothing but /data.
FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
COPY tools tools
COPY web/static web/static
RUN npm ci --ignore-scripts && tools/assets

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=assets /src/web/static/vendor web/static/vendor
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /boligklar ./cmd/boligklar \
 && mkdir /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /boligklar /boligklar
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV BOLIGKLAR_DATA=/data BOLIGKLAR_ADDR=:8080 BOLIGKLAR_DRAIN=10s
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/boligklar"]
CMD ["serve"]

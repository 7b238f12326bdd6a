# Canvass in a container: PostgreSQL and Redis come from elsewhere
# (compose.yaml starts them), so the image holds one static binary.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /canvass ./cmd/canvass

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --system --home-dir /var/lib/canvass --create-home canvass
COPY --from=build /canvass /usr/local/bin/canvass
ENV CANVASS_DATA_DIR=/var/lib/canvass \
    CANVASS_PUBLIC_ADDR=:8080 \
    CANVASS_STAFF_ADDR=:8081
VOLUME /var/lib/canvass
EXPOSE 8080 8081
USER canvass
ENTRYPOINT ["/usr/local/bin/canvass"]
CMD ["serve"]

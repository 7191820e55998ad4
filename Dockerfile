# syntax=docker/dockerfile:1
# docker build --tag flowgate .                        the gateway
# docker build --tag flowgate-backend --target backend .    the small backend of the sample bots

FROM rust:1.95-slim-bookworm AS source
WORKDIR /src
COPY . .

FROM source AS build
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked --bin flowgate && cp target/release/flowgate /

FROM source AS build-backend
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked --example backend && cp target/release/examples/backend /

# The certificates are for HTTPS to the backends of bots and to channels.
FROM debian:bookworm-slim AS runtime
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home flowgate \
    && install --directory --owner flowgate --group flowgate /var/lib/flowgate
USER 10001:10001

FROM runtime AS backend
COPY --from=build-backend /backend /usr/local/bin/flowgate-backend
ENTRYPOINT ["flowgate-backend"]
CMD ["--listen", "0.0.0.0:8090"]

# The bots are mounted at /bots; what is to be kept lies in /var/lib/flowgate unless the database is a server.
FROM runtime AS gateway
COPY --from=build /flowgate /usr/local/bin/flowgate
ENV FLOWGATE_BOTS=/bots \
    FLOWGATE_LISTEN=0.0.0.0:8080 \
    FLOWGATE_DATABASE=sqlite:///var/lib/flowgate/flowgate.db \
    FLOWGATE_LOG=json
WORKDIR /var/lib/flowgate
VOLUME /var/lib/flowgate
EXPOSE 8080
# Asks the process itself, without a client in the image. Wants the port above.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /-/health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["flowgate"]
CMD ["serve"]

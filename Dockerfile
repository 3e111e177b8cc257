# One image for the gateway and every subgraph: the command chooses which (deploy/README.md).

# npm comes with this image; the Node that runs the project comes from package-lock.json (docs/decisions/0001-node-from-npm.md).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY gateway/graphiql gateway/graphiql
# Its postinstall builds the playground,
RUN npm ci --omit=dev
# which is all that these are for.
RUN npm uninstall --no-save --omit=dev --ignore-scripts vite graphiql @graphiql/react @graphiql/toolkit monaco-editor react react-dom
COPY schema schema
COPY lib lib
COPY gateway gateway
COPY subgraphs subgraphs
COPY scripts scripts

FROM debian:bookworm-slim
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
# Owned by root, so that the program cannot change itself.
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/node_modules/.bin:$PATH \
    NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM stops it in order, within 15 seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]
CMD ["gateway/main.ts"]

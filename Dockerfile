# What is compiled, and the packages it needs, are made in a stage of their own: no compiler and no npm cache stay in the image.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY adapters ./adapters
# npm brings the binary for musl as well, which this image has no use for.
RUN npm run build && npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/@libsql/*-musl

FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data HTTP_HOST=0.0.0.0 HTTP_PORT=8080
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# docker compose exec bot planetwire doctor
COPY --chmod=755 docker/planetwire /usr/local/bin/
RUN install -d -o node -g node /data
# node, as a number, so that whoever runs the image can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
CMD ["node", "dist/src/main.js"]

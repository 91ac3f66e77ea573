FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY scripts/bundle-threads.ts scripts/bundle-programs.ts ./scripts/
COPY src ./src
RUN npm run build && find dist -name '*.map' -delete
RUN npm prune --omit=dev --omit=optional --ignore-scripts
# The sandbox is for development and tests: the image has none.
RUN rm -rf packages node_modules/@sallyport
RUN mkdir /data

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
ENV NODE_ENV=production \
    SALLYPORT_HEALTH_HOST=0.0.0.0 \
    SALLYPORT_DATA_DIR=/var/lib/sallyport
COPY --from=build --chown=65532:65532 /data /var/lib/sallyport
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY assets ./assets
COPY deploy ./deploy
USER 65532:65532
VOLUME /var/lib/sallyport
EXPOSE 8420 8421
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["dist/main.js"]

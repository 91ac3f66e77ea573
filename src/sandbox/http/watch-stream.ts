import type { ServerResponse } from 'node:http';
import { type ApiStatusError, expired } from '../model/api-status.js';
import type { JsonObject } from '../model/kube-object.js';
import type { Change } from '../model/object-reader.js';
import { apiVersionOf, storageKey } from '../model/resource-definition.js';
import { bounds } from '../store/sandbox-bounds.js';
import { selected } from '../verbs/list.js';
import { type ListOptions, listOptions } from '../verbs/list-options.js';
import { futureRevision, requestedRevision } from '../verbs/resource-version.js';
import type { ApiParts, ResourceRequest } from '../verbs/resource-request.js';
import type { Negotiated } from './negotiate.js';
import { EventWriter } from './event-writer.js';
import { type WatchEvent, type Watcher, type Watchers, pass } from './watchers.js';

/** The longest time that a timer of Node takes. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Runs one watch until its time is over, the client leaves or falls too far behind. */
export class WatchStream {
  readonly #parts: ApiParts;
  readonly #watchers: Watchers;
  readonly #request: ResourceRequest;
  readonly #response: ServerResponse;
  readonly #writer: EventWriter;
  readonly #watcher: Watcher;
  readonly #options: ListOptions;
  readonly #since: number | undefined;

  /** Throws 400, 422 and 500 for options that cannot be read, before anything is sent. */
  constructor(
    parts: ApiParts,
    watchers: Watchers,
    request: ResourceRequest,
    to: { readonly response: ServerResponse; readonly negotiated: Negotiated },
  ) {
    this.#parts = parts;
    this.#watchers = watchers;
    this.#request = request;
    this.#response = to.response;
    this.#writer = new EventWriter(request, to.negotiated, parts.nowMs);
    this.#options = listOptions(request);
    this.#since = requestedRevision(request.query);
    this.#watcher = this.#newWatcher();
  }

  /** `headers` are those of every answer. */
  start(headers: Readonly<Record<string, string>>, contentType: string): void {
    const error = this.#refusal();
    this.#response.writeHead(200, { ...headers, 'Content-Type': contentType });
    this.#response.flushHeaders();
    if (error) {
      this.#response.end(this.#writer.error(error.toStatus()));
      return;
    }
    const { sendInitialEvents, allowWatchBookmarks } = this.#options;
    if (sendInitialEvents === true) {
      this.#sendExisting();
      if (allowWatchBookmarks) this.#sendBookmark(true);
    } else if (this.#since !== undefined && this.#since > 0) this.#replay(this.#since);
    this.#follow();
  }

  #newWatcher(): Watcher {
    const { definition, namespace } = this.#request;
    const { byFields, selects } = this.#options;
    const since = this.#since ?? 0;
    return {
      resource: storageKey(definition),
      namespace: definition.isNamespaced ? namespace : '',
      name: byFields?.name,
      selects,
      deliver: (event, change) => {
        if (change.revision > since) this.#send(event, change);
      },
    };
  }

  #refusal(): ApiStatusError | undefined {
    const { changes, revision } = this.#parts.store;
    const since = this.#since ?? 0;
    if (since === 0) return undefined;
    if (this.#options.sendInitialEvents === true) {
      return since > revision ? futureRevision(since, revision) : undefined;
    }
    if (since >= changes.floor) return undefined;
    return expired(`too old resource version: ${since} (${changes.floor})`);
  }

  #sendExisting(): void {
    for (const { text } of selected(this.#parts, this.#request))
      this.#send({ type: 'ADDED', text });
  }

  #replay(since: number): void {
    const { resource, namespace } = this.#watcher;
    for (const change of this.#parts.store.changes.after(since, resource, namespace)) {
      pass(change, this.#watcher);
    }
  }

  #follow(): void {
    const response = this.#response;
    this.#watchers.add(this.#watcher);
    const bookmarks = this.#options.allowWatchBookmarks
      ? setInterval(() => this.#sendBookmark(false), bounds.bookmarkEveryMs)
      : undefined;
    const timer = setTimeout(() => response.end(), this.#durationMs());
    response.once('close', () => {
      this.#watchers.remove(this.#watcher);
      clearInterval(bookmarks);
      clearTimeout(timer);
    });
  }

  #durationMs(): number {
    const { timeoutSeconds } = this.#options;
    if (timeoutSeconds === 0) return bounds.watchMsMin * (1 + Math.random());
    return Math.min(Math.max(timeoutSeconds * 1_000, 0), TIMER_MS_MAX);
  }

  #send(event: WatchEvent, change?: Change): void {
    this.#write(this.#writer.line(event, change));
  }

  #sendBookmark(endsInitial: boolean): void {
    const { kind } = this.#request.definition;
    const resourceVersion = String(this.#parts.store.revision);
    const annotations = endsInitial ? { 'k8s.io/initial-events-end': 'true' } : undefined;
    const metadata: JsonObject = { resourceVersion, ...(annotations ? { annotations } : {}) };
    const apiVersion = apiVersionOf(this.#request.definition);
    this.#write(this.#writer.bookmark({ kind, apiVersion, metadata }));
  }

  #write(line: string | Buffer): void {
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    response.write(line);
    // What the client has not taken yet is memory; it lists again when it is cut off.
    if (response.writableLength > bounds.watchBacklogBytesMax) response.destroy();
  }
}

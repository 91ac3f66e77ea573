import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { Change } from '../model/object-reader.js';
import { parseObject } from '../store/object-text.js';
import { parseIncludeObject, partialMetadata, renderTable } from '../table/render-table.js';
import type { ResourceRequest } from '../verbs/resource-request.js';
import { servedText } from '../verbs/served-text.js';
import type { Negotiated } from './negotiate.js';
import type { WatchEvent } from './watchers.js';

/** Plain JSON lines are equal for all watchers, so each is made once per change. */
const plainLines = new WeakMap<Change, Map<WatchEvent['type'], Buffer>>();

/** Writer that renders events as lines of one watch, in the form that the client accepts. */
export class EventWriter {
  readonly #request: ResourceRequest;
  readonly #negotiated: Negotiated;
  readonly #nowMs: () => number;
  #hasColumns = false;

  constructor(request: ResourceRequest, negotiated: Negotiated, nowMs: () => number) {
    this.#request = request;
    this.#negotiated = negotiated;
    this.#nowMs = nowMs;
  }

  line(event: WatchEvent, change?: Change): string | Buffer {
    const { definition } = this.#request;
    if (this.#negotiated.form === 'plain') {
      if (!definition.isCustom) return plainLine(event, change);
      return lineOf(event.type, servedText(event.text, definition));
    }
    return lineOf(event.type, JSON.stringify(this.#form(parseObject(event.text))));
  }

  bookmark(object: KubeObject): string {
    const body = this.#negotiated.form === 'plain' ? object : this.#form(object);
    return lineOf('BOOKMARK', JSON.stringify(body));
  }

  error(status: JsonObject): string {
    return lineOf('ERROR', JSON.stringify(status));
  }

  #form(object: KubeObject): JsonObject {
    const { form, metaVersion } = this.#negotiated;
    if (form === 'partial') return partialMetadata(object, metaVersion);
    const withColumns = !this.#hasColumns;
    this.#hasColumns = true;
    return renderTable(this.#request.definition, [object], {
      includeObject: parseIncludeObject(this.#request.query.get('includeObject')),
      metaVersion,
      nowMs: this.#nowMs(),
      withColumns,
    });
  }
}

function plainLine({ type, text }: WatchEvent, change: Change | undefined): string | Buffer {
  if (!change || text !== change.object) return lineOf(type, text);
  const lines = plainLines.get(change) ?? new Map<WatchEvent['type'], Buffer>();
  plainLines.set(change, lines);
  const known = lines.get(type);
  if (known) return known;
  const line = Buffer.from(lineOf(type, text));
  lines.set(type, line);
  return line;
}

function lineOf(type: string, object: string): string {
  return `{"type":"${type}","object":${object}}\n`;
}

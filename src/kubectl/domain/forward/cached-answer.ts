import { limits } from '../../../core/limits.js';
import type { CachedSecret } from '../../../secrets/domain/cache/cached-secret.js';
import type { ShownSecret } from './forwarded.js';
import type { ListPart } from './list-parts.js';
import type { ForwardView } from './view.js';
import { parseAnswer } from './answer-json.js';
import { shownSecrets } from './shown-secrets.js';
import { type ViewedAnswer, viewedBody } from './viewed-answer.js';

/** Head of a JSON response, as an API server sends it. */
export const jsonHead = { status: 200, headers: { 'content-type': 'application/json' } } as const;

/** Beginning of every document, which items of a list lack. */
const kindAndVersion = Buffer.from('{"kind":"Secret","apiVersion":"v1",');
const objectStart = Buffer.from('{');
const comma = Buffer.from(',');
const lineEnd = Buffer.from('\n');
const nothing = Buffer.alloc(0);

/** States do not change: what each reveals is computed once. */
const shownOf = new WeakMap<CachedSecret, readonly ShownSecret[]>();

/** Returns a get's answer: the view's part of the document. Throws like `viewedAnswer`. */
export function cachedAnswer(secret: CachedSecret, view?: ForwardView): ViewedAnswer {
  const body = Buffer.concat([secret.document.reveal(), lineEnd]);
  if (view) return viewedBody(body, parseAnswer(body), view);
  let shown = shownOf.get(secret);
  if (shown === undefined) {
    shown = shownSecrets(parseAnswer(body));
    shownOf.set(secret, shown);
  }
  return { body, shown };
}

/**
 * Returns a list of Secrets, cut as `listParts` cuts a streamed list. It comes in batches, so that
 * neither memory nor other requests wait for the whole list.
 */
export function* cachedListParts(
  secrets: readonly CachedSecret[],
  resourceVersion: string,
): Generator<readonly ListPart[]> {
  const metadata = JSON.stringify({ resourceVersion });
  const head = `{"kind":"SecretList","apiVersion":"v1","metadata":${metadata},"items":[`;
  let turn: ListPart[] = [{ kind: 'head', bytes: Buffer.from(head) }];
  let turnBytes = 0;
  for (const [index, secret] of secrets.entries()) {
    const bytes = itemBytes(secret);
    turn.push({ kind: 'object', before: index === 0 ? nothing : comma, bytes });
    turnBytes += bytes.byteLength;
    const isFull =
      turn.length >= limits.cacheListTurnSecrets || turnBytes >= limits.kubectlListTurnBytesMax;
    if (isFull) {
      yield turn;
      turn = [];
      turnBytes = 0;
    }
  }
  yield [...turn, { kind: 'tail', bytes: Buffer.from(']}\n') }];
}

function itemBytes({ document }: CachedSecret): Buffer {
  const bytes = document.reveal();
  return Buffer.concat([objectStart, bytes.subarray(kindAndVersion.byteLength)]);
}

import type { ForwardView } from '../../../../../src/kubectl/domain/forward/view.js';
import { lastApplied, marker } from '../../../secrets/domain/secret.builder.js';

type Members = Readonly<Record<string, unknown>>;

/** A Secret as it stands in a list; `kind` and `apiVersion` come with `over` elsewhere. */
export function secret(name: string, over: Members = {}): Members {
  const metadata = { name, namespace: 'shop', uid: `u-${name}`, resourceVersion: '41' };
  return { metadata, data: { password: marker }, type: 'Opaque', ...over };
}

export const single = { kind: 'Secret', apiVersion: 'v1' };

/** The metadata of a Secret to which a configuration was applied. */
export function applied(name: string, configuration: unknown): Members {
  const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration);
  const annotations = { note: 'kept', [lastApplied]: text };
  return { metadata: { name, namespace: 'shop', resourceVersion: '41', annotations } };
}

export function row(object: unknown): Members {
  return { cells: ['a', 'Opaque', 1, '5m'], object };
}

export const columns = [{ name: 'Name', type: 'string', format: 'name', priority: 0 }];

export function table(rows: readonly unknown[], over: Members = {}): Members {
  const head = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '77' } };
  return { ...head, columnDefinitions: null, rows, ...over };
}

export function list(items: unknown, metadata: Members = { resourceVersion: '77' }): Members {
  return { kind: 'SecretList', apiVersion: 'v1', metadata, items };
}

/** As an API server sends it: one line. */
export function line(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

/** A view that shows Secrets of these names. */
export function viewOf(names: readonly string[], hasValues = true): ForwardView {
  return { hasValues, shows: (namespace, name) => namespace === 'shop' && names.includes(name) };
}

/** Bytes in chunks of this many, the last one shorter. */
export function chunksOf(bytes: Buffer, chunkBytes: number): Buffer[] {
  const count = Math.ceil(bytes.length / chunkBytes);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
}

/** Every way to cut bytes in two, and each byte on its own. */
export function allCuts(bytes: Buffer): Buffer[][] {
  const inTwo = Array.from({ length: bytes.length + 1 }, (_, position) => [
    bytes.subarray(0, position),
    bytes.subarray(position),
  ]);
  return [...inTwo, chunksOf(bytes, 1)];
}

export async function* streamed(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

export async function collected<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

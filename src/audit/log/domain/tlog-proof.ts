import { Buffer } from 'node:buffer';
import { fromBase64 } from './note-key.js';
import { HASH_BYTES } from './tree-hash.js';

/** Proof of one entry that can be verified with only the log's key. */
export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const INDEX = /^index (0|[1-9]\d{0,15})$/;

/** https://c2sp.org/tlog-proof#format */
export function formatTlogProof({ index, hashes, checkpoint }: TlogProof): string {
  const lines = hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `${HEADER}\nindex ${index}\n${lines.join('')}\n${checkpoint}`;
}

/** Parses a proof, whose extra data is skipped; undefined if it is invalid. */
export function parseTlogProof(proof: string): TlogProof | undefined {
  const end = proof.indexOf('\n\n');
  if (end < 0) return undefined;
  const [header, ...lines] = proof.slice(0, end).split('\n');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const digits = INDEX.exec(lines.shift() ?? '')?.[1];
  const hashes = lines.map((line) => fromBase64(line));
  const known = hashes.filter((hash) => hash?.length === HASH_BYTES) as Uint8Array[];
  if (header !== HEADER || digits === undefined || known.length < hashes.length) return undefined;
  return { index: Number(digits), hashes: known, checkpoint: proof.slice(end + 2) };
}

import { sameHash } from '../src/audit/log/domain/tree-hash.js';
import { formatTlogProof } from '../src/audit/log/domain/tlog-proof.js';
import { rootOfInclusion } from '../src/audit/log/domain/verify-proof.js';
import { LogProofs } from '../src/audit/log/log-proofs.js';
import { LogStore, type StoredCheckpoint } from '../src/audit/log/log-store.js';
import { TileReader } from '../src/audit/log/tile-reader.js';
import type { Place } from './audit-place.js';
import { heading, p50AndP99, report } from './audit-report.js';
import { publishAll } from './audit-tree.js';
import { bounded, type Figures } from './floors.js';
import { percentile } from './percentile.js';

const proofs = 300;
/** Spreads the leaves asked for over the whole log, without order. */
const stride = 0.618_033_988_75;

/** Inclusion proofs of events anywhere in a log, each of them checked. */
export async function benchProofs(place: Place): Promise<Figures> {
  heading('inclusion proofs');
  await publishAll(place);
  const store = new LogStore(place.database);
  const maker = new LogProofs(new TileReader(store));
  const { size } = await published(store);
  const parts = { store, maker };
  // Before a gateway has kept any roots of tiles it has to read hundreds.
  const firstProofMs = await timeOf(parts, 0);
  report('the first, nothing kept', `${Math.round(firstProofMs)} ms`);
  const anywhere: number[] = [];
  const newest: number[] = [];
  for (let at = 1; at <= proofs; at += 1) {
    anywhere.push(await timeOf(parts, Math.floor(size * ((at * stride) % 1))));
    newest.push(await timeOf(parts, Math.max(0, size - at)));
  }
  report(`of any of ${size} events`, p50AndP99(anywhere));
  report('of the newest', p50AndP99(newest));
  return bounded('audit', {
    firstProofMs,
    anyProofP99Ms: percentile(anywhere, 99),
    newestProofP99Ms: percentile(newest, 99),
  });
}

interface Parts {
  readonly store: LogStore;
  readonly maker: LogProofs;
}

/** All that is read and made for an answer, in milliseconds. */
async function timeOf({ store, maker }: Parts, leaf: number): Promise<number> {
  const [call] = await store.timedEntries({ from: leaf, to: leaf + 1 });
  if (call === undefined) throw new Error(`there is no entry ${leaf}`);
  const startedAt = performance.now();
  const entries = await store.entriesOfCall(call.call_index);
  const checkpoint = await published(store);
  const claims = [];
  for (const { leaf_index: index } of entries) {
    const { leafHash, hashes } = await maker.inclusion(index, checkpoint.size);
    formatTlogProof({ index, hashes, checkpoint: checkpoint.note });
    claims.push({ index, size: checkpoint.size, leafHash, hashes });
  }
  const ms = performance.now() - startedAt;
  for (const claim of claims) {
    const root = rootOfInclusion(claim);
    if (root === undefined || !sameHash(root, checkpoint.root)) throw new Error('a proof is wrong');
  }
  return ms;
}

async function published(store: LogStore): Promise<StoredCheckpoint> {
  const checkpoint = await store.lastCheckpoint();
  if (checkpoint === undefined) throw new Error('nothing was published');
  return checkpoint;
}

import { Buffer } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import { AccessService, type ResourceRequest } from '../../access/access.service.js';
import type { CallContext } from '../../core/call-context.js';
import { SallyportError, badRequest, unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { CallRunner } from '../../calls/call-runner.service.js';
import { leafHash as hashOfLeaf } from '../domain/leaf-hash.js';
import type { AuditAction } from '../domain/audit-event.js';
import { encodeBundle } from './domain/entry-bundle.js';
import { sameHash } from './domain/tree-hash.js';
import { type TileAddress, parseTilePath, tileWidth } from './domain/tile-path.js';
import { formatTlogProof } from './domain/tlog-proof.js';
import { type EventExport, eventExport } from './event-export.js';
import { LogDamaged } from './log-damaged.js';
import type { StoredCheckpoint, TimedEntry } from './log-store.js';
import { AuditLog } from './audit-log.js';
import { tlogExport } from './tlog-export.js';

export type LogExport = EventExport | { readonly format: 'tlog' };

/** Right to read the whole log, whatever the source of the events. */
const wholeLog: ResourceRequest = {
  verb: 'get',
  group: 'sallyport.dev',
  resource: 'auditlogs',
  namespace: '',
  name: '',
};
const LOOK_AGAIN_MS = 200;

/** The log with all its proofs, for callers with `get auditlogs`; every call is recorded. */
@Injectable()
export class AuditLogService {
  readonly #calls: CallRunner;
  readonly #access: AccessService;
  readonly #log: AuditLog;

  constructor(calls: CallRunner, access: AccessService, log: AuditLog) {
    this.#calls = calls;
    this.#access = access;
    this.#log = log;
  }

  /** Returns the newest signed note. */
  checkpoint(ctx: CallContext): Promise<string> {
    return this.#read(ctx, 'audit.read', async () => (await this.#published(0)).note);
  }

  /**
   * Returns a tile or a bundle of the published log; NotFound if it does not exist. All bundles are
   * the whole log, so each is an export, even for a token without that action.
   */
  tile(ctx: CallContext, path: string): Promise<Buffer> {
    const action = path.startsWith('entries/') ? 'audit.export' : 'audit.read';
    return this.#read(ctx, action, async () => {
      const address = parseTilePath(path);
      const { size } = await this.#published(0);
      if (address === undefined || tileWidth(address, size) < address.width) {
        throw new SallyportError('NotFound', 'the published log has no such tile');
      }
      return address.level === 'entries' ? this.#bundle(address) : this.#hashes(address);
    });
  }

  /** Returns the verifier keys, one a line, newest last. */
  keys(ctx: CallContext): Promise<string> {
    return this.#read(ctx, 'audit.read', async () => {
      const { verifiers } = this.#log.keyFile.keys();
      return verifiers.map(({ vkey }) => `${vkey}\n`).join('');
    });
  }

  /** Returns inclusion proofs of an event: for a write, of its intent and of its outcome. */
  proofOfEvent(ctx: CallContext, id: string) {
    return this.#read(ctx, 'audit.read', async () => {
      const entries = await this.#log.store.entriesOfCall(Number(id));
      const last = entries.at(-1);
      if (last === undefined) throw new SallyportError('NotFound', 'there is no such audit event');
      const { size, note } = await this.#published(last.leaf_index + 1);
      const items = [];
      for (const entry of entries) items.push(await this.#proof(entry, size, note));
      return { treeSize: size, checkpoint: note, items };
    });
  }

  /** Proves that the log of size `from` is the beginning of the published log of size `to`. */
  consistency(ctx: CallContext, { from, to }: { readonly from: number; readonly to?: number }) {
    return this.#read(ctx, 'audit.read', async () => {
      const { size } = await this.#published(0);
      const end = to ?? size;
      if (from > end || end > size) {
        throw badRequest(`from may be at most to, and to at most ${size}, the published size`);
      }
      const { proofs } = this.#log;
      return {
        from,
        to: end,
        fromRoot: base64(await proofs.root(from)),
        toRoot: base64(await proofs.root(end)),
        hashes: (await proofs.consistency(from, end)).map(base64),
      };
    });
  }

  /** Returns pieces of an export; nothing is sent before its event is recorded. */
  export(ctx: CallContext, wish: LogExport): Promise<AsyncIterable<Buffer>> {
    return this.#read(ctx, 'audit.export', async () => {
      const { store, tiles, keyFile } = this.#log;
      if (wish.format !== 'tlog') return begun(eventExport(store, wish));
      const checkpoint = await this.#published(0);
      const { verifiers } = keyFile.keys();
      return begun(tlogExport({ store, tiles, verifiers, checkpoint }));
    });
  }

  #read<T>(ctx: CallContext, action: AuditAction, effect: () => Promise<T>): Promise<T> {
    return this.#calls.read(ctx, { action }, async (trace) => {
      trace.plane = 'self';
      const access = this.#access.tracedBy(trace.upstreamIds);
      trace.decisionReason = (await access.require(ctx, wholeLog)).reason;
      return effect().catch((error: unknown) => {
        throw error instanceof LogDamaged ? damaged(error) : error;
      });
    });
  }

  /** Returns the last checkpoint, once it has this many entries: soon, or throws Unavailable. */
  async #published(size: number): Promise<StoredCheckpoint> {
    const { store, publisher } = this.#log;
    const endMs = performance.now() + limits.auditProofMsMax;
    for (;;) {
      const last = await store.lastCheckpoint();
      if (last !== undefined && last.size >= size) return last;
      if (performance.now() >= endMs) throw unavailable('the audit log is not signed so far yet');
      publisher.nudge();
      await publisher.next(LOOK_AGAIN_MS);
    }
  }

  async #hashes({ level, index, width }: TileAddress): Promise<Buffer> {
    return Buffer.from(await this.#log.tiles.tile(Number(level), index, width));
  }

  async #bundle({ index, width }: TileAddress): Promise<Buffer> {
    const { store } = this.#log;
    const first = index * BUNDLE_WIDTH;
    const entries = await store.entries(first, first + width);
    if (entries.length === width) {
      const changed = entries.find(({ event, leafHash }) => !sameHash(hashOfLeaf(event), leafHash));
      if (changed === undefined) return encodeBundle(entries.map(({ event }) => event));
      throw new LogDamaged(`entry ${changed.leafIndex} of the audit log was changed`);
    }
    if ((await store.head()).prunedBelow > first) {
      throw new SallyportError('NotFound', 'these entries were pruned; their hashes are kept');
    }
    throw new LogDamaged(`entries of bundle ${index} are missing`);
  }

  async #proof(entry: TimedEntry, size: number, checkpoint: string) {
    const index = entry.leaf_index;
    const { leafHash, hashes } = await this.#log.proofs.inclusion(index, size);
    if (!sameHash(leafHash, hashOfLeaf(entry.event))) {
      throw new LogDamaged(`entry ${index} of the audit log was changed`);
    }
    return {
      stage: entry.stage,
      leafIndex: index,
      leafHash: base64(leafHash),
      hashes: hashes.map(base64),
      entry: base64(entry.event),
      proof: formatTlogProof({ index, hashes, checkpoint }),
    };
  }
}

const BUNDLE_WIDTH = 256;

/** Renders the first piece in advance, so that an immediate failure gets an error response. */
async function begun(pieces: AsyncGenerator<Buffer>): Promise<AsyncGenerator<Buffer>> {
  const first = await pieces.next();
  return (async function* all() {
    try {
      if (first.done !== true) yield first.value;
      yield* pieces;
    } finally {
      await pieces.return(undefined);
    }
  })();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function damaged(cause: LogDamaged): SallyportError {
  return unavailable('the stored audit log is not the one that was signed', {
    internal: `ALARM: ${cause.message}`,
    cause,
  });
}

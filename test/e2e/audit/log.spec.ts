import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leafHash } from '../../../src/audit/domain/leaf-hash.js';
import { checkExport } from '../../../src/audit/log/check-export.js';
import { parseBundle } from '../../../src/audit/log/domain/entry-bundle.js';
import { LogCheck } from '../../../src/audit/log/domain/log-check.js';
import { parseTlogProof } from '../../../src/audit/log/domain/tlog-proof.js';
import { isConsistent, rootOfInclusion } from '../../../src/audit/log/domain/verify-proof.js';
import { run } from '../../../src/cli/run.js';
import { LogWorld } from './log-world.js';

interface Proof {
  readonly treeSize: number;
  readonly checkpoint: string;
  readonly items: readonly {
    readonly stage: string;
    readonly leafIndex: number;
    readonly leafHash: string;
    readonly hashes: readonly string[];
    readonly entry: string;
    readonly proof: string;
  }[];
}

const bytesOf = (encoded: string) => Buffer.from(encoded, 'base64');

describe('the log of a running gateway', () => {
  let world: LogWorld;

  beforeAll(async () => {
    world = await LogWorld.start();
    await world.reads(300);
  });

  afterAll(() => world.stop());

  it('signs what is new within about a second', async () => {
    const before = await world.checkpoint();
    await world.reads(3);
    const after = await world.checkpoint(before.size + 3);
    expect(after.origin).toMatch(/^sallyport\.local\/[0-9a-f]{10}$/);
  });

  it('serves tiles and bundles that fit each other', async () => {
    const { size } = await world.checkpoint(300);
    const full = await world.log('tile/0/000');
    expect(full.headers['content-type']).toBe('application/octet-stream');
    expect(full.bytes).toHaveLength(8_192);
    const entries = parseBundle((await world.log('tile/entries/000')).bytes) ?? [];
    expect(Buffer.concat(entries.map((entry) => leafHash(entry)))).toEqual(full.bytes);
    const rest = size - 256;
    const partial = await world.log(`tile/0/001.p/${rest}`);
    expect(partial.bytes).toHaveLength(rest * 32);
    expect(parseBundle((await world.log(`tile/entries/001.p/${rest}`)).bytes)).toHaveLength(rest);
    expect((await world.log('tile/1/000.p/1')).bytes).toHaveLength(32);
  });

  it('has on record who had which bundle, as the export that it is', async () => {
    await world.log('tile/entries/000');
    await world.log('tile/0/000');
    const { text } = await world.log('export?since=1m');
    const events = text.trimEnd().split('\n');
    const actionsOf = (path: string) =>
      events
        .filter((line) => line.includes(`"requestURI":"/v1/audit/${path}"`))
        .map((line) => /"sallyport.dev\/action":"([^"]+)"/.exec(line)?.[1]);
    expect(actionsOf('tile/entries/000')).toContain('audit.export');
    expect(new Set(actionsOf('tile/0/000'))).toEqual(new Set(['audit.read']));
  });

  it.each([
    'tile/0/001',
    'tile/0/002.p/1',
    'tile/1/000.p/2',
    'tile/0/0',
    'tile/x',
    'tile/0/000.p/256',
  ])('has no %s', async (path) => {
    expect((await world.log(path)).status).toBe(404);
  });

  it('proves an event, and a write by its intent and its outcome', async () => {
    const path = '/v1/namespaces/pay/secrets/db/keys/other';
    const written = await world.call({ method: 'PUT', path, body: 'a new value of the log' });
    expect(written.status).toBe(201);
    const found = await world.log(`export?format=csv&since=1m`);
    const line = found.text.split('\r\n').find((text) => text.includes(',intent,')) ?? '';
    const answer = await world.log(`events/${line.split(',')[0]}/proof`);
    const proof = answer.json<Proof>();
    expect(proof.items.map(({ stage }) => stage)).toEqual(['intent', 'outcome']);
    const [key] = await world.verifiers();
    for (const item of proof.items) {
      const entry = bytesOf(item.entry);
      expect(Buffer.from(leafHash(entry)).toString('base64')).toBe(item.leafHash);
      const root = rootOfInclusion({
        leafHash: bytesOf(item.leafHash),
        index: item.leafIndex,
        size: proof.treeSize,
        hashes: item.hashes.map(bytesOf),
      });
      expect(proof.checkpoint).toContain(`\n${Buffer.from(root ?? []).toString('base64')}\n`);
      expect(parseTlogProof(item.proof)).toMatchObject({ checkpoint: proof.checkpoint });
      expect(proof.checkpoint).toContain(key?.name);
    }
    expect((await world.log('events/999999/proof')).status).toBe(404);
  });

  it('proves that it only grows', async () => {
    const older = await world.checkpoint();
    await world.reads(2);
    const newer = await world.checkpoint(older.size + 2);
    const answer = await world.log(`proof?from=${older.size}&to=${newer.size}`);
    const { hashes } = answer.json<{ hashes: readonly string[] }>();
    const roots = { fromRoot: older.root, toRoot: newer.root };
    const claim = { from: older.size, to: newer.size, ...roots, hashes: hashes.map(bytesOf) };
    expect(isConsistent(claim)).toBe(true);
    expect((await world.log(`proof?from=5&to=4`)).status).toBe(400);
    expect((await world.log(`proof?from=5&to=4000000`)).status).toBe(400);
  });

  it('exports itself whole, and the export is found good', async () => {
    const { size } = await world.checkpoint(300);
    const answer = await world.log('export?format=tlog');
    expect(answer.status).toBe(200);
    const check = new LogCheck({ trusted: await world.verifiers() });
    expect(await checkExport(Readable.from([answer.bytes]), check)).toBeUndefined();
    expect(check.summary.size).toBeGreaterThanOrEqual(size);
    expect((await world.log('export?format=tlog&since=1d')).status).toBe(400);
  });

  it('is verified over its URL', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-verify-'));
    const header = join(dir, 'header');
    writeFileSync(header, `Authorization: Bearer ${world.tokens.reader}\n`, { mode: 0o600 });
    const [key] = await world.verifiers();
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const args = ['audit', 'verify', world.base, '--key', key?.vkey ?? '', '--header-file', header];
    expect(await run(args, { out: say, err: say, isTerminal: false })).toBe(0);
    expect(said.join('')).toMatch(/^good: sallyport\.local\/[0-9a-f]{10}, \d+ entries, /);
    rmSync(dir, { recursive: true });
    const without = args.slice(0, -2);
    expect(await run(without, { out: say, err: say, isTerminal: false })).toBe(2);
    expect(said.at(-2)).toMatch(/answered 401/);
  });

  it('exports events as JSON lines, which is on record', async () => {
    await world.log('export');
    const answer = await world.log('export');
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const events = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.length).toBeGreaterThan(300);
    expect(events.at(-1)).toMatchObject({
      kind: 'Event',
      annotations: { 'sallyport.dev/action': 'audit.export' },
    });
    expect((await world.log('export?until=2020-01-01T00:00:00Z')).text).toBe('');
    expect((await world.log('export?format=xml')).status).toBe(400);
  });

  it('shows nothing to who may not have it, and that is on record', async () => {
    for (const path of [
      'checkpoint',
      'tile/0/000',
      'keys',
      'export',
      'proof?from=0',
      'events/0/proof',
    ]) {
      const answer = await world.call({ path: `/v1/audit/${path}` });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('auditlogs');
    }
    const { text } = await world.log('export?format=csv');
    expect(text).toMatch(/audit\.export,denied,403/);
  });

  it('takes no other method', async () => {
    const answer = await world.call({ method: 'POST', path: '/v1/audit/tile/0/000' });
    expect(answer.status).toBe(405);
  });

  it('answers HEAD as GET, without the body', async () => {
    for (const path of ['checkpoint', 'export', 'export?format=tlog', 'tile/0/000']) {
      const wish = { method: 'HEAD', path: `/v1/audit/${path}` };
      const answer = await world.call(wish, world.tokens.reader);
      expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
    }
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../../src/audit/sinks/outbox.js';
import { run } from '../../../src/cli/run.js';
import { openAudit, temporaryDir } from '../audit/audit-fixture.js';
import { append } from '../audit/log-fixture.js';
import { type Receiver, startReceiver } from '../audit/sinks/receiver.js';
import { rowKeyOf } from '../../unit/encryption/row-integrity.builder.js';

let folder: ReturnType<typeof temporaryDir>;
let dataDir: string;
let receiver: Receiver;
let status: number;

beforeEach(async () => {
  folder = temporaryDir();
  dataDir = join(folder.path, 'data');
  mkdirSync(dataDir);
  status = 200;
  receiver = await startReceiver(() => status);
  const headersFile = join(folder.path, 'headers');
  writeFileSync(headersFile, 'Authorization: Bearer hunter2\n');
  const sinks = [{ name: 'hosted', otlp: { url: receiver.url, headersFile } }];
  writeFileSync(join(folder.path, 'sallyport.yaml'), stringify({ dataDir, audit: { sinks } }));
});

afterEach(async () => {
  await receiver.close();
  folder.remove();
});

/** A log of five events, two of which were buried for the sink. */
async function bury(): Promise<void> {
  const audit = await openAudit(dataDir);
  await append(audit, 5);
  const outbox = new Outbox({
    database: audit.database,
    owner: 'gateway',
    rowKey: rowKeyOf(),
  });
  const { entries } = await outbox.pending(1);
  await outbox.bury('hosted', entries.slice(0, 2), 'the answer has status 401');
  await audit.close();
}

async function resend(...more: readonly string[]) {
  const said = { out: '', err: '' };
  const config = join(folder.path, 'sallyport.yaml');
  const code = await run(['audit', 'resend', '--config', config, ...more], {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}

async function recorded() {
  const audit = await openAudit(dataDir);
  const { items } = await audit.service.list({ action: ['audit.resend'] });
  await audit.close();
  return items;
}

describe('sallyport audit resend', () => {
  it('sends what a sink would not take, and writes down who had it sent', async () => {
    await bury();
    expect(await resend('--sink', 'hosted')).toEqual({
      code: 0,
      out: '2 events were taken, 0 are left\n',
      err: '',
    });
    expect(receiver.posts.map(({ headers }) => headers.authorization)).toEqual(['Bearer hunter2']);
    expect(await recorded()).toMatchObject([{ user: expect.stringMatching(/^operator:./) }]);
    const again = await resend('--sink', 'hosted');
    expect(again).toMatchObject({ code: 0, out: 'there are no dead letters\n' });
    expect(await recorded()).toHaveLength(1);
  });

  it('ends with 1 where they are refused again, and says why', async () => {
    await bury();
    status = 403;
    const { code, out } = await resend('--sink', 'hosted');
    expect([code, out]).toEqual([
      1,
      '0 events were taken, 2 are left: the answer has status 403\n',
    ]);
    expect(await recorded()).toHaveLength(1);
  });

  it.each([
    [[], /name a sink/],
    [['--sink', 'other'], /has no sink other/],
  ])('ends with 2 and a sentence after %j', async (more, sentence) => {
    const { code, err } = await resend(...more);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
  });
});

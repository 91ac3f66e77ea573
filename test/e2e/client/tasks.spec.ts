import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sallyport } from '../../../packages/client/src/index.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { allOfTokens, virtual } from '../../support/tokens-world.js';

let installation: TestInstallation;
let client: Sallyport;

beforeAll(async () => {
  installation = await TestInstallation.start();
  const [baseUrl = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  const token = await installation.user('pay', 'app', [
    allOfSecrets,
    allOfTokens,
    virtual('secretversions', 'get', 'list', 'update', 'delete'),
    { ...virtual('secretversions', 'create'), resources: ['secretversions/restore'] },
    virtual('auditevents', 'list'),
  ]);
  client = new Sallyport({ baseUrl, token, cachedReadsMax: 10 });
});
afterAll(() => installation?.stop());

describe('the client', () => {
  it('writes, reads, patches and deletes a Secret', async () => {
    const made = await client.secrets.create('pay', {
      name: 'whole',
      stringData: { text: 'v-1-x' },
      data: { bytes: 'AP8=' },
    });
    expect(made.content).toMatchObject({ name: 'whole', changes: { added: ['bytes', 'text'] } });
    const read = await client.secrets.get('pay', 'whole');
    expect(read.etag).toBe(made.etag);
    expect([...(read.content.values.get('bytes')?.reveal() ?? [])]).toEqual([0, 255]);
    await client.secrets.patch('pay', 'whole', { stringData: { text: null } });
    const patch = [{ op: 'add', path: '/data/more', value: 'YQ==' }];
    await client.secrets.patch('pay', 'whole', patch);
    const { content } = await client.secrets.get('pay', 'whole', { consistency: 'strong' });
    expect(content.values.keys().toSorted()).toEqual(['bytes', 'more']);
    const { content: metadata } = await client.secrets.metadata('pay', 'whole');
    expect(metadata.keys.map(({ name }) => name).toSorted()).toEqual(['bytes', 'more']);
    await client.secrets.delete('pay', 'whole');
    await expect(client.secrets.get('pay', 'whole')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('is told that another has written meanwhile, and that a name is taken', async () => {
    const { etag } = await client.secrets.create('pay', { name: 'raced', stringData: { k: 'v' } });
    await client.keys.put('pay', 'raced', 'k', 'v-other-x');
    await expect(
      client.keys.put('pay', 'raced', 'k', 'v-late-x', { ifMatch: etag }),
    ).rejects.toMatchObject({ code: 'Conflict', status: 412 });
    await expect(
      client.secrets.put('pay', 'raced', { stringData: { k: 'v' } }, { onlyNew: true }),
    ).rejects.toMatchObject({ code: 'AlreadyExists', status: 412 });
  });

  it('finds versions, names them, and restores them', async () => {
    await client.secrets.create('pay', { name: 'past', stringData: { k: 'v-1-x' } });
    await client.keys.put('pay', 'past', 'k', 'v-2-x', { reason: 'TICKET-1' });
    await expect
      .poll(async () => (await Array.fromAsync(client.versions.list('pay', 'past'))).length)
      .toBe(2);
    const [newest] = await Array.fromAsync(client.versions.list('pay', 'past', { limit: 1 }));
    expect(newest).toMatchObject({ version: 2, reason: 'TICKET-1' });
    const { content: diff } = await client.versions.diff('pay', 'past', { from: 1, to: 2 });
    expect(diff.changed.map(({ name }) => name)).toEqual(['k']);
    await client.versions.setAlias('pay', 'past', 'good', 1);
    await client.versions.restore('pay', 'past', 'good');
    const { content } = await client.keys.get('pay', 'past', 'k', { consistency: 'strong' });
    expect(content.revealText()).toBe('v-1-x');
  });

  it('repeats a write under a given key without a second effect', async () => {
    const options = { idempotencyKey: 'chosen-1' };
    const body = { name: 'once', stringData: { k: 'v' } };
    const first = await client.secrets.create('pay', body, options);
    const again = await client.secrets.create('pay', body, options);
    expect([first.isReplayed, again.isReplayed]).toEqual([false, true]);
    expect(again.content).toEqual(first.content);
  });

  it('creates and revokes a token, which does not show itself', async () => {
    const { content } = await client.tokens.create({
      description: 'ci',
      expiresInSeconds: 600,
      scope: { namespaces: ['pay'], actions: ['read'] },
    });
    expect(String(content.token)).toBe('[SecretBytes]');
    expect(content.token?.sizeBytes).toBeGreaterThan(20);
    const listed = await Array.fromAsync(client.tokens.list());
    expect(listed.map(({ id }) => id)).toContain(content.id);
    await client.tokens.revoke(content.id);
  });

  it('says who it is, what it may do, and what it has done', async () => {
    const { content: viewer } = await client.access.whoami();
    expect(viewer.username).toBe('system:serviceaccount:pay:app');
    const question = { verb: 'get', resource: 'secrets', namespace: 'pay', name: 'past' };
    const { content: review } = await client.access.review([
      question,
      { ...question, namespace: 'kube-system' },
    ]);
    expect(review.items.map(({ allowed }) => allowed)).toEqual([true, false]);
    const namespaces = await Array.fromAsync(client.access.namespaces());
    expect(namespaces.map(({ name }) => name)).toEqual(['pay']);
    const { auditId } = await client.secrets.metadata('pay', 'past');
    const filter = { namespace: 'pay', action: ['secrets.*'], ...(auditId && { auditId }) };
    const events = await Array.fromAsync(client.audit.events(filter));
    expect(events).toMatchObject([{ action: 'secrets.get', secret: 'past' }]);
    const { content: counts } = await client.audit.counts('action', { namespace: 'pay' });
    expect(counts.items.length).toBeGreaterThan(3);
  });

  it('reads several Secrets and keys at once, and lists their metadata page by page', async () => {
    for (const name of ['l-1', 'l-2', 'l-3']) {
      await client.secrets.create('pay', { name, stringData: { a: `v-${name}-x`, b: 'v-b-x' } });
    }
    const { content } = await client.secrets.values('pay', ['l-1', 'l-2/a']);
    expect(content.get('l-1')?.keys()).toEqual(['a', 'b']);
    expect(content.get('l-2')?.get('a')?.revealText()).toBe('v-l-2-x');
    const listed = client.secrets.list('pay', { limit: 2, consistency: 'strong' });
    const names = (await Array.fromAsync(listed)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['l-1', 'l-2', 'l-3']));
    const everywhere = client.secrets.listAll({ fieldSelector: 'metadata.name=l-1' });
    expect((await Array.fromAsync(everywhere)).map(({ name }) => name)).toEqual(['l-1']);
  });

  it('follows a value to its next state', async () => {
    await client.secrets.create('pay', { name: 'followed', stringData: { k: 'v-1-x' } });
    const ending = new AbortController();
    const seen: string[] = [];
    for await (const { content } of client.keys.follow('pay', 'followed', 'k', {
      signal: ending.signal,
    })) {
      seen.push(content.revealText());
      if (seen.length === 1) await client.keys.put('pay', 'followed', 'k', 'v-2-x');
      else ending.abort();
    }
    expect(seen).toEqual(['v-1-x', 'v-2-x']);
  });
});

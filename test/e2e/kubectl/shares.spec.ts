import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles, createNamespace } from '../../cluster/manifests.js';
import { type Answer, send } from '../../support/raw-http.js';
import { importsIn, secretImport, secretShare, sharesIn } from '../../support/share-manifests.js';
import { allOfTokens, eventually, TokensWorld, virtual } from '../../support/tokens-world.js';

const namespace = 'shared';
const shares = `/kubernetes${sharesIn(namespace)}`;
const imports = `/kubernetes${importsIn(namespace)}`;
const profile = 'deploy/rbac/constrained/by-namespace';
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const scope = { namespaces: [namespace] };
const target = { secretName: 'copied' };

let world: TokensWorld;
let alice: string;

beforeAll(async () => {
  world = await TokensWorld.start({ namespaces: { served: [namespace] } });
  const { cluster } = world.installation;
  await createNamespace(cluster, namespace);
  await applyFiles(cluster, `${profile}/served-namespace.yaml`, namespace);
  alice = await world.installation.user(namespace, 'alice', [
    virtual('secretshares', ...verbs),
    virtual('secretimports', ...verbs),
    { ...virtual('secretkeys', 'get'), resourceNames: ['db/password'] },
    allOfTokens,
  ]);
  await eventually(() => world.mint(alice, { scope }));
  // An API server serves a kind, and applies a policy, some time after it was created.
  await eventually(async () => {
    const answers: readonly (readonly [Answer, RegExp])[] = [
      [
        await write('POST', `${shares}?dryRun=All`, secretShare('probe', { keys: ['other'] })),
        /sallyport-share-rights/,
      ],
      [
        await write('POST', `${imports}?dryRun=All`, secretImport('probe', { target })),
        /sallyport-import-rights/,
      ],
      [await write('POST', `${shares}?dryRun=All`, secretShare('probe')), /sallyport\.dev\/author/],
    ];
    for (const [{ text }, expected] of answers) if (!expected.test(text)) throw new Error(text);
  });
});

afterAll(() => world?.stop());

function write(method: string, path: string, body: object, token = alice): Promise<Answer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return send(world.base, { method, path, token, headers: { 'content-type': type }, body });
}

async function actionsOf(answer: Answer): Promise<readonly string[]> {
  const events = await world.eventsOf(answer);
  return events.map(({ action, secret, outcome }) => `${action} ${secret ?? '-'} ${outcome}`);
}

describe('shares and imports under /kubernetes', () => {
  it('are written as the caller, whose rights admission checks, on record', async () => {
    const refused = await write('POST', shares, secretShare('mine', { keys: ['other'] }));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('needs the right to get secretkeys \\"db/other\\"');
    const made = await write('POST', shares, secretShare('mine'));
    expect(made.status).toBe(201);
    expect(await actionsOf(made)).toEqual(['shares.update mine allowed']);
    const { metadata } = made.json() as { metadata: { annotations: Record<string, string> } };
    const author = `system:serviceaccount:${namespace}:alice`;
    expect(metadata.annotations['sallyport.dev/author']).toBe(author);
    const read = await send(world.base, { path: `${shares}/mine`, token: alice });
    expect(await actionsOf(read)).toEqual(['shares.get mine allowed']);
    const revoked = await write('PATCH', `${shares}/mine`, { spec: { revoked: true } });
    expect(await actionsOf(revoked)).toEqual(['shares.update mine allowed']);
    const back = await write('PATCH', `${shares}/mine`, { spec: { revoked: false } });
    expect(back.status).toBe(422);
    expect(await actionsOf(back)).toEqual(['shares.update mine failed']);
    expect((await write('POST', imports, secretImport('theirs', { target }))).status).toBe(403);
    expect((await write('POST', imports, secretImport('theirs'))).status).toBe(201);
    const list = await send(world.base, { path: imports, token: alice });
    expect(list.text).toContain('"theirs"');
    expect(await actionsOf(list)).toEqual(['imports.get - allowed']);
  });

  it.each(['shares', 'imports'])('have no status that a caller writes: %s', async (kind) => {
    const path = kind === 'shares' ? shares : imports;
    const refused = await write('PATCH', `${path}/any/status`, { status: {} });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('the gateway alone writes the status of');
  });

  it('are not written by a token with a scope, which deletes them', async () => {
    await write('POST', shares, secretShare('old'));
    await write('POST', imports, secretImport('old'));
    const { token } = await world.mint(alice, {
      scope: { ...scope, secrets: ['old', 'new'] },
    });
    for (const [path, made, what] of [
      [shares, secretShare('new'), 'a share'],
      [imports, secretImport('new'), 'an import'],
    ] as const) {
      const attempts = [
        await write('PATCH', `${path}/old`, { metadata: { labels: { a: 'b' } } }, token),
        await write('PUT', `${path}/old`, made, token),
      ];
      for (const { status, text } of attempts) {
        expect(status).toBe(403);
        expect(text).toContain(`forbids this: ${what} acts with all rights of its author`);
      }
      const created = await write('POST', path, made, token);
      expect([created.status, created.text]).toEqual([403, expect.stringContaining('forbids')]);
      const deleted = await send(world.base, { method: 'DELETE', path: `${path}/old`, token });
      expect(deleted.status).toBe(200);
    }
  });
});

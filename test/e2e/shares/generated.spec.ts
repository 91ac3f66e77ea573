import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { seedSecret } from '../../support/seed.js';
import { scaled } from '../../support/scale.js';
import { eventually } from '../../support/tokens-world.js';
import { type Caller, SharingWorld } from './sharing-world.js';

const PAIRS = scaled(500, 50);
const SEED = 24;

interface Share {
  readonly secretName: string;
  readonly keys: readonly string[];
  readonly to: readonly {
    readonly namespace: string;
    readonly namespaceUID?: string;
    readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
    readonly revoked?: boolean;
  }[];
  readonly expiresAt?: string;
  readonly revoked?: boolean;
}

interface Import {
  readonly from: { readonly namespace: string; readonly share: string };
  readonly keys?: readonly { readonly name: string; readonly as?: string }[];
}

interface Pair {
  readonly namespace: 'shop' | 'web';
  readonly name: string;
  readonly share: Share;
  readonly imported: Import;
}

const secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  db: { user: 'app', password: 'shared-value' },
  mail: { password: 'mail-value', host: 'mail.pay' },
};
const groupOf = (namespace: string) => `system:serviceaccounts:${namespace}`;

let world: SharingWorld;
let uids: Readonly<Record<string, string>>;
let pairs: readonly Pair[];

beforeAll(async () => {
  world = await SharingWorld.start();
  await seedSecret(world.installation, 'pay', 'mail', secrets['mail'] ?? {});
  uids = Object.fromEntries(
    await Promise.all(['shop', 'web'].map(async (name) => [name, await uidOf(name)] as const)),
  );
  pairs = generate(new Random(SEED));
  for (const { namespace, name, share, imported } of pairs) {
    const shared = await world.as('owner').put(`/v1/namespaces/pay/shares/${name}`, share);
    if (shared.status !== 201) throw new Error(shared.text);
    const importer = namespace === 'shop' ? 'importer' : 'outsider';
    const path = `/v1/namespaces/${namespace}/imports/${name}`;
    const taken = await world.as(importer).put(path, imported);
    if (taken.status !== 201) throw new Error(taken.text);
  }
});
afterAll(() => world?.stop());

async function uidOf(name: string): Promise<string> {
  const path = `/api/v1/namespaces/${name}`;
  const { body } = await world.installation.cluster.request<{ metadata: { uid: string } }>(
    'GET',
    path,
  );
  return body.metadata.uid;
}

function generate(random: Random): readonly Pair[] {
  const some = <T>(list: readonly T[]) => list.filter(() => random.below(2) === 0);
  const subjects = [
    { kind: 'ServiceAccount', name: 'reader' },
    { kind: 'ServiceAccount', name: 'nobody' },
    { kind: 'User', name: 'system:serviceaccount:shop:other' },
    { kind: 'Group', name: groupOf('web') },
    { kind: 'User', name: 'reader' },
  ];
  const consumer = (namespace: string) => {
    const named = some(subjects);
    return {
      namespace,
      ...(random.below(4) === 0 && {
        namespaceUID: random.pick([uids[namespace] ?? '', 'another-uid']),
      }),
      ...(random.below(2) === 0 && named.length > 0 && { subjects: named }),
      ...(random.below(8) === 0 && { revoked: true }),
    };
  };
  return Array.from({ length: PAIRS }, (_, index) => {
    const name = `pair-${index}`;
    const keys = some(['user', 'password', 'absent']);
    const to = some(['shop', 'web']);
    const year = random.pick(['2020', '2099']);
    const share = {
      secretName: random.pick(['db', 'mail', 'missing']),
      keys: keys.length > 0 ? keys : ['password'],
      to: (to.length > 0 ? to : ['shop']).map(consumer),
      ...(random.below(3) === 0 && { expiresAt: `${year}-01-01T00:00:00Z` }),
      ...(random.below(10) === 0 && { revoked: true }),
    };
    const renamed = [
      { name: 'password', as: 'PASSWORD' },
      { name: 'user' },
      { name: 'host', as: 'absent' },
    ];
    const imports = some(renamed);
    const of = random.below(10) === 0 ? 'no-such-share' : name;
    const imported = {
      from: { namespace: 'pay', share: of },
      ...(random.below(2) === 0 && imports.length > 0 && { keys: imports }),
    };
    return { namespace: random.pick(['shop', 'web'] as const), name, share, imported };
  });
}

/** Rights of the callers on imports, written a second time. */
const readers: readonly { caller: Caller; namespace: string; name: string }[] = [
  { caller: 'reader', namespace: 'shop', name: 'reader' },
  { caller: 'other', namespace: 'shop', name: 'other' },
  { caller: 'outsider', namespace: 'web', name: 'outsider' },
];

/** What a read must give, from the objects alone: values, 404, or 403 without the right. */
function expectedOf(pair: Pair, reader: (typeof readers)[number]): unknown {
  if (reader.namespace !== pair.namespace) return 403;
  if (!isGranted(pair, reader)) return 404;
  const values = valuesOf(pair);
  // An import of keys that the share lacks gets nothing.
  return isEmpty(values) ? 404 : values;
}

function isEmpty(values: Readonly<Record<string, object>>): boolean {
  return Object.values(values).every((keys) => Object.keys(keys).length === 0);
}

function isGranted({ namespace, name, share, imported }: Pair, reader: (typeof readers)[number]) {
  const isThere = imported.from.share === name && share.secretName !== 'missing';
  const isOver = share.expiresAt?.startsWith('2020') === true || share.revoked === true;
  const mine = share.to.find((one) => one.namespace === namespace);
  if (!isThere || isOver || mine === undefined || mine.revoked === true) return false;
  const { namespaceUID = uids[namespace], subjects } = mine;
  const user = `system:serviceaccount:${reader.namespace}:${reader.name}`;
  const known = [user, groupOf(reader.namespace)];
  const isNamed = subjects?.some(({ kind, name: of }) =>
    known.includes(kind === 'ServiceAccount' ? `system:serviceaccount:${namespace}:${of}` : of),
  );
  return namespaceUID === uids[namespace] && isNamed !== false;
}

function valuesOf({ name, share, imported }: Pair) {
  const wanted: Import['keys'] = imported.keys ?? share.keys.map((key) => ({ name: key }));
  const values = secrets[share.secretName] ?? {};
  const given = wanted.flatMap((key): [string, string][] => {
    const value = share.keys.includes(key.name) ? values[key.name] : undefined;
    return value === undefined ? [] : [[key.as ?? key.name, value]];
  });
  return { [name]: Object.fromEntries(given) };
}

async function read(pair: Pair, { caller }: (typeof readers)[number]): Promise<unknown> {
  const path = `/v1/namespaces/${pair.namespace}/imports/${pair.name}/values`;
  const { status, body } = await world.as(caller).get(path);
  return status === 200 ? body : status;
}

it(`what callers get of ${PAIRS} generated pairs is what both objects and RBAC say`, async () => {
  const outcomes = new Set<unknown>();
  for (const pair of pairs) {
    for (const reader of readers) {
      const expected = expectedOf(pair, reader);
      await eventually(async () => {
        const found = await read(pair, reader);
        const [one, other] = [found, expected].map((value) => JSON.stringify(sorted(value)));
        if (one !== other) throw new Error(`${JSON.stringify({ pair, reader })}: ${one}, ${other}`);
      });
      outcomes.add(typeof expected === 'number' ? expected : 200);
    }
  }
  // Each outcome occurs, so that none is compared with itself alone.
  expect(outcomes).toEqual(new Set([200, 403, 404]));
});

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]);
}

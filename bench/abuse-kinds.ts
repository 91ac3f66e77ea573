/** What a caller can send that costs the gateway more than himself. */
export type AbuseKind =
  | 'amplified values'
  | 'members in REST'
  | 'members in GraphQL'
  | 'members in kubectl'
  | 'large bodies in GraphQL'
  | 'unfinished bodies';

export const abuseKinds: readonly AbuseKind[] = [
  'amplified values',
  'members in REST',
  'members in GraphQL',
  'members in kubectl',
  'large bodies in GraphQL',
  'unfinished bodies',
];

/** Four Secrets of control characters, each as large as Kubernetes lets it be. */
export const controlNames = ['c0', 'c1', 'c2', 'c3'] as const;

export interface AbuseBody {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: Buffer;
  readonly connections: number;
  /** The last byte never comes. */
  readonly isUnfinished?: true;
}

const secrets = '/v1/namespaces/bench/secrets';
const aliasesCount = 15;
const largeBytes = 6_800_000;
const kubectlMembers = 250_000;
const members = 400_000;
const known = new Map<AbuseKind, AbuseBody>();

/** One request of a kind; made once. */
export function bodyOf(kind: AbuseKind): AbuseBody {
  const made = known.get(kind) ?? makeBody(kind);
  known.set(kind, made);
  return made;
}

function makeBody(kind: AbuseKind): AbuseBody {
  const graphql = { method: 'POST', path: '/graphql' } as const;
  const put = { method: 'PUT', path: `${secrets}/a` } as const;
  switch (kind) {
    case 'amplified values':
      return { ...graphql, body: amplified(), connections: 12 };
    case 'members in REST':
      return { ...put, body: Buffer.from(`{"data":${tiny(members)}}`), connections: 8 };
    case 'members in GraphQL':
      return {
        ...graphql,
        body: Buffer.from(`{"query":"{a}","variables":${tiny(members)}}`),
        connections: 8,
      };
    case 'members in kubectl':
      return {
        ...{ method: 'POST', path: '/kubernetes/api/v1/namespaces/bench/secrets' },
        ...{ body: Buffer.from(`{"data":${tiny(kubectlMembers)}}`), connections: 8 },
      };
    case 'large bodies in GraphQL':
      return {
        ...graphql,
        body: Buffer.from(`{"query":"${'中'.repeat(largeBytes / 3)}"}`),
        connections: 8,
      };
    case 'unfinished bodies':
      return { ...put, body: Buffer.alloc(largeBytes, 0x20), connections: 200, isUnfinished: true };
  }
}

function tiny(count: number): string {
  return `{${Array.from({ length: count }, (_, index) => `"k${index}":""`).join(',')}}`;
}

function amplified(): Buffer {
  const names = JSON.stringify(controlNames);
  const fields = Array.from(
    { length: aliasesCount },
    (_, index) =>
      `a${index}: secretsByName(namespace: "bench", names: ${names}) { values { text } }`,
  );
  return Buffer.from(JSON.stringify({ query: `{ ${fields.join(' ')} }` }));
}

import type { Area } from './all-scenarios.js';
import type { Difference } from './comparison.js';

export interface KnownDifference {
  readonly id: string;
  /** As the documentation of the sandbox words it. */
  readonly sentence: string;
  /** Where it must show, as long as it is a difference. */
  readonly shownBy: Area;
  /** Whether it explains a difference that was found. */
  explains(difference: Difference): boolean;
}

const workload = /\/(pods|deployments|statefulsets|daemonsets|replicasets)\b/;
const workloadParts = [
  /^body\.(rows\.\d+\.object\.|items\.\d+\.)?(spec|status)\b/,
  /^body\.(rows\.\d+\.object\.|items\.\d+\.)?metadata\.(managedFields|generation|annotations)\b/,
  /^body\.rows\.\d+\.cells\.\d+$/,
];

/** All that the sandbox answers otherwise than kube-apiserver, on purpose. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    id: 'workloads-as-sent',
    sentence:
      'Pods and workloads are stored as sent: no defaults, and only their structure is checked.',
    shownBy: 'kinds',
    explains: ({ step, at, real }) => {
      if (!workload.test(step)) return false;
      const isAccepted = at === 'status' && String(real).startsWith('422');
      return isAccepted || workloadParts.some((part) => part.test(at));
    },
  },
  {
    id: 'values-not-in-errors',
    sentence:
      'An error never quotes values of a Secret, a whole object, or the text of a body that could not be decoded.',
    shownBy: 'writes',
    explains: ({ at, real, sandbox }) => {
      return at.endsWith('message') && withoutValues(real) === withoutValues(sandbox);
    },
  },
  {
    id: 'storage-version-hash',
    sentence: 'Discovery has no `storageVersionHash`.',
    shownBy: 'reads',
    explains: ({ at, sandbox }) => at.endsWith('.storageVersionHash') && sandbox === undefined,
  },
  {
    id: 'token-signature',
    sentence: 'ServiceAccount tokens are signed with ES256, those of most clusters with RS256.',
    shownBy: 'access',
    explains: ({ at }) => at === 'body.id_token_signing_alg_values_supported.0',
  },
  {
    id: 'column-descriptions',
    sentence: 'Descriptions of Table columns are shorter.',
    shownBy: 'reads',
    explains: ({ at }) => /columnDefinitions\.\d+\.description$/.test(at),
  },
  {
    id: 'continue-token-words',
    sentence: 'A malformed continue token is refused without saying what is wrong with it.',
    shownBy: 'reads',
    explains: ({ at, real, sandbox }) => {
      const words = 'invalid continue token: continue key is not valid';
      return (
        at === 'body.message' && [real, sandbox].every((text) => String(text).startsWith(words))
      );
    },
  },
  {
    id: 'deprecated-watch-paths',
    sentence: 'The deprecated paths below `/api/v1/watch` and `/apis/GROUP/VERSION/watch` are 404.',
    shownBy: 'reads',
    explains: ({ step }) => /\/v1\/watch\//.test(step),
  },
  {
    id: 'no-protobuf',
    sentence: 'Answers are never protobuf; request bodies may be.',
    shownBy: 'reads',
    explains: ({ at, real, sandbox }) => {
      return at.endsWith('message') && withoutProtobuf(real) === withoutProtobuf(sandbox);
    },
  },
  {
    id: 'bootstrap-objects-unmanaged',
    sentence: 'The objects that exist from the start have no `managedFields`.',
    shownBy: 'reads',
    explains: ({ step, at, sandbox }) => {
      const isBuiltIn = /\/(clusterroles\/view|clusterrolebindings\/cluster-admin) /.test(step);
      return isBuiltIn && at.endsWith('metadata.managedFields') && sandbox === undefined;
    },
  },
  {
    id: 'definitions-at-once',
    sentence:
      'A CustomResourceDefinition is accepted and established by the write that creates it.',
    shownBy: 'kinds',
    explains: ({ step, at }) => {
      const isTrace = /^body\.(status|metadata\.(resourceVersion|managedFields))\b/.test(at);
      return step.includes('/customresourcedefinitions') && isTrace;
    },
  },
];

/** The differences that nothing on the list explains. */
export function unexplained(found: readonly Difference[]): readonly Difference[] {
  return found.filter(
    (difference) => !knownDifferences.some((known) => known.explains(difference)),
  );
}

function withoutValues(message: unknown): string {
  return String(message)
    .replaceAll(/Invalid value: (<object>|"<omitted>"|"map\[.*?\]")/g, 'Invalid value: <any>')
    .replaceAll(/invalid character.*$/g, 'invalid character')
    .replace(/ \(([0-9a-f]{2}|\{)+\)$/, '')
    .replaceAll(/, got &value\.valueUnstructured\{Value:.*?\}/g, '')
    .replace(/^map: map\[.*?\] does not/, 'map: map[] does not');
}

function withoutProtobuf(message: unknown): string {
  return String(message).replaceAll(
    /, application\/vnd\.kubernetes\.protobuf(;stream=watch)?/g,
    '',
  );
}

import type { Turn } from './kubectl-session.js';

export interface KnownKubectlDifference {
  readonly id: string;
  readonly reason: string;
  /** Which commands it is about. */
  readonly command: RegExp;
  /** Makes the outputs of both servers equal where they differ for this reason, and only there. */
  level(output: string): string;
}

const unservedGroups = [
  'apiregistration.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
];
const unservedResources = [
  'bindings',
  'componentstatuses',
  'controllerrevisions.apps',
  'endpoints',
  'limitranges',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'podtemplates',
  'replicationcontrollers',
  'resourcequotas',
  'services',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
];

/** All that kubectl prints otherwise in front of the sandbox, on purpose. */
export const knownKubectlDifferences: readonly KnownKubectlDifference[] = [
  {
    id: 'only-served-resources',
    reason: 'The sandbox serves what the gateway needs, and lists only that.',
    command: /^kubectl api-(resources|versions)/,
    level: (output) => linesWhere(output, (line) => !isUnserved(line)).replaceAll(/ {2,}/g, '  '),
  },
  {
    id: 'no-quotas',
    reason: 'The sandbox has neither quotas nor limits, so that a namespace shows none.',
    command: /^kubectl describe namespace/,
    level: (output) =>
      output.replaceAll(/\n(?=No )|^No (resource quota|LimitRange resource)\.\n/gm, ''),
  },
  {
    id: 'no-services',
    reason: 'The sandbox has no services, among which cluster-info looks for parts of the cluster.',
    command: /^kubectl cluster-info/,
    level: (output) =>
      output
        .replace(/^(.*control plane.* is running at).*<server>.*\n/, '')
        .replace(/^error: the server doesn't have a resource type "services"\n/, ''),
  },
  {
    id: 'structure-without-prose',
    reason: 'The OpenAPI documents of the sandbox describe structure alone.',
    command: /^kubectl explain/,
    level: (output) => linesWhere(output, isStructure),
  },
  {
    id: 'no-openapi-v2',
    reason: 'The OpenAPI document of version 2 is empty.',
    command: /^kubectl explain .*openapiv2/,
    level: () => '',
  },
  {
    id: 'not-go',
    reason: 'The sandbox is not built with Go, and from another commit.',
    command: /^kubectl (version|get --raw \/version)/,
    level: (output) => {
      const members = /("?(?:gitCommit|buildDate|goVersion|compiler|platform)"?: ).*?(,?)$/gm;
      return output.replaceAll(members, '$1<build>$2');
    },
  },
  {
    id: 'token-signature',
    reason: 'Tokens are signed with ES256, those of most clusters with RS256.',
    command: /^kubectl get --raw \/(openid|\.well-known)/,
    level: (output) => output.replace(/"use".*(?=\}\]\})|(?<=\[")[ER]S256/, '<key>'),
  },
  {
    id: 'values-not-in-errors',
    reason: 'An error never quotes the object or the value that it is about.',
    command: /^kubectl (apply|create|diff|patch|replace)/,
    level: (output) =>
      output
        .replaceAll(/Invalid value: "(<omitted>|map\[.*?|\{\\".*?\})": /g, 'Invalid value: ')
        .replaceAll(/invalid character.*$/gm, 'invalid character')
        .replaceAll(/(expected \w+), got &?\{.*\}$/gm, '$1'),
  },
];

/** A transcript as one text, in which known differences are gone. */
export function leveledTranscript(
  turns: readonly Turn[],
  known: readonly KnownKubectlDifference[] = knownKubectlDifferences,
): string {
  return turns.map((turn) => transcriptOf(turn, known)).join('\n');
}

/** The known differences without which two transcripts would not be equal. */
export function neededDifferences(
  real: readonly Turn[],
  other: readonly Turn[],
  known: readonly KnownKubectlDifference[] = knownKubectlDifferences,
): readonly KnownKubectlDifference[] {
  return known.filter((candidate) => {
    const others = known.filter((difference) => difference !== candidate);
    return leveledTranscript(real, others) !== leveledTranscript(other, others);
  });
}

function transcriptOf(
  { command, output, errorOutput, exitCode }: Turn,
  known: readonly KnownKubectlDifference[],
): string {
  const level = (text: string): string =>
    known
      .filter((difference) => difference.command.test(command))
      .reduce((so, difference) => difference.level(so), text);
  const errors = level(errorOutput).replace(/^(?=.)/gm, '(stderr) ');
  const exit = exitCode === 0 ? '' : `exit code ${exitCode}\n`;
  return `$ ${command}\n${level(output)}${errors}${exit}`;
}

function linesWhere(text: string, isKept: (line: string) => boolean): string {
  return text.split('\n').filter(isKept).join('\n');
}

/** Whether a line is about a group or a resource that the sandbox does not serve. */
function isUnserved(line: string): boolean {
  const words = line.trim().split(/\s+/);
  const name = words[0] ?? '';
  const version = words.find((word) => word.includes('/')) ?? '';
  const [group = ''] = version.split('/');
  const qualified = group === '' ? name : `${name}.${group}`;
  if (unservedGroups.some((each) => each === group || name.endsWith(`.${each}`))) return true;
  return unservedResources.some((each) => each === name || each === qualified);
}

/** Headings, fields and the values that a field may have. */
function isStructure(line: string): boolean {
  if (line.startsWith('DESCRIPTION:')) return false;
  return /^[A-Z]+:|\t<|^ *enum:|^(error|the server)/.test(line);
}

import type { X509Certificate } from 'node:crypto';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { certificatesIn } from './certificates.js';
import { parsedYaml } from './documents.js';
import { type Kind, ofText } from './kind.js';
import { privateKeyIn } from './private-keys.js';

type Members = Readonly<Record<string, unknown>>;
type Named = ReadonlyMap<string, Members>;

const ENTRIES_MAX = 100;
const CERTIFICATES_MAX = 20;
/** Bound of what parsing costs. Most of a kubeconfig is base64, which has none of these. */
const MARKS_MAX = 10_000;
const marks = /[^A-Za-z0-9+/= ]/g;
const files = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const;

/**
 * Configuration of a client of Kubernetes, whole in itself: it names no file of another machine.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export const kubeconfigKind: Kind = {
  description: 'kubeconfig whose current context leads to a cluster and a user, without files.',
  bytesMax: 64 * 1_024,
  reasons: ofText((text) => {
    const marksCount = text.length - text.replaceAll(marks, '').length;
    if (marksCount > MARKS_MAX) return ['has more marks of YAML than are read'];
    const documents = parsedYaml(text);
    const [config] = documents ?? [];
    if (documents?.length !== 1 || !isRecord(config)) return ['must be one YAML object'];
    if (config['kind'] !== 'Config' || config['apiVersion'] !== 'v1') {
      return ['must have apiVersion v1 and kind Config'];
    }
    const clusters = entries(config['clusters'], 'cluster');
    const users = entries(config['users'], 'user');
    const contexts = entries(config['contexts'], 'context');
    if (!clusters || !users || !contexts) {
      return ['must have lists of clusters, users and contexts, with each name once'];
    }
    return [
      ...contextReasons(config['current-context'], { clusters, users, contexts }),
      // Names of entries are parts of the value: an entry is its number.
      ...[...clusters.values()].flatMap((one, at) => clusterReasons(one, `clusters[${at}]`)),
      ...[...users.values()].flatMap((one, at) => userReasons(one, `users[${at}]`)),
    ];
  }),
};

function entries(list: unknown, member: string): Named | undefined {
  if (!Array.isArray(list) || list.length > ENTRIES_MAX) return undefined;
  const found = new Map<string, Members>();
  for (const entry of list as unknown[]) {
    const { name, [member]: content } = isRecord(entry) ? entry : {};
    const isNew = typeof name === 'string' && name !== '' && !found.has(name);
    if (!isNew || !isRecord(content ?? {})) return undefined;
    found.set(name, (content ?? {}) as Members);
  }
  return found;
}

interface Parts {
  readonly clusters: Named;
  readonly users: Named;
  readonly contexts: Named;
}

function contextReasons(current: unknown, { clusters, users, contexts }: Parts): string[] {
  const reasons =
    typeof current === 'string' && contexts.has(current)
      ? []
      : ['must name one of its contexts in current-context'];
  const ofContexts = [...contexts.values()].flatMap(({ cluster, user }, at) => [
    ...nameReasons(cluster, clusters, { at: `contexts[${at}]`, member: 'cluster' }),
    ...nameReasons(user, users, { at: `contexts[${at}]`, member: 'user' }),
  ]);
  return [...reasons, ...ofContexts];
}

function nameReasons(
  name: unknown,
  named: Named,
  { at, member }: { readonly at: string; readonly member: 'cluster' | 'user' },
): string[] {
  if (isAbsent(name)) return [`${at} must name a ${member}`];
  return named.has(String(name)) ? [] : [`${at} names a ${member} that ${member}s does not have`];
}

function clusterReasons(cluster: Members, at: string): string[] {
  const { server, 'certificate-authority-data': authority } = cluster;
  const isUrl =
    typeof server === 'string' && /^https?:\/\/[^\s/]/.test(server) && URL.canParse(server);
  const isReadable = isAbsent(authority) || pemIn(authority) !== undefined;
  return [
    ...(isUrl ? [] : [`${at} must have a URL in server`]),
    ...(isReadable ? [] : [`${at}.certificate-authority-data must be base64 of PEM certificates`]),
    ...fileReasons(cluster, at),
  ];
}

function userReasons(user: Members, at: string): string[] {
  const { 'client-certificate-data': certificate, 'client-key-data': key } = user;
  const reasons = fileReasons(user, at);
  if (isAbsent(certificate) && isAbsent(key)) return reasons;
  if (isAbsent(certificate) || isAbsent(key)) {
    return [...reasons, `${at} must have a client certificate and its key together`];
  }
  return isPair(certificate, key)
    ? reasons
    : [...reasons, `${at}.client-key-data must be the private key of client-certificate-data`];
}

function fileReasons(content: Members, at: string): string[] {
  const named = files.filter((name) => !isAbsent(content[name]));
  return named.map((name) => `${at}.${name} names a file, which the Secret does not have`);
}

/** Reports whether kubectl takes a member as absent. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isPair(certificate: unknown, key: unknown): boolean {
  const [leaf] = pemIn(certificate) ?? [];
  const found = decoded(key);
  const privateKey = found === undefined ? 'none' : privateKeyIn(found);
  if (leaf === undefined || typeof privateKey === 'string') return false;
  return leaf.checkPrivateKey(privateKey);
}

function pemIn(data: unknown): readonly X509Certificate[] | undefined {
  const text = decoded(data);
  const found = text === undefined ? 'none' : certificatesIn(text, CERTIFICATES_MAX);
  return typeof found === 'string' ? undefined : found;
}

function decoded(data: unknown): string | undefined {
  const base64 = typeof data === 'string' ? data.replaceAll(/\s/g, '') : '';
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64);
  return isBase64 ? Buffer.from(base64, 'base64').toString('utf8') : undefined;
}

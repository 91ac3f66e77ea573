import { AddressRanges, coversRange } from '../../http/domain/address-ranges.js';
import { embeddedAddresses, plainAddress } from './embedded-addresses.js';
import { type Host, hostText, readHost } from './host-name.js';

/** Address that was resolved once, and is the only one to connect to. */
export interface AllowedAddress {
  readonly address: string;
  readonly port: number;
  /** Name for TLS: the host, unless the spec names another name. */
  readonly serverName: string;
}

/** Permitted destinations of rotation; addresses are addresses or CIDR ranges. */
export interface EgressSettings {
  readonly allow: readonly AllowedHost[];
  /** Ranges of services and nodes. */
  readonly deny: readonly string[];
}

export interface AllowedHost {
  /** A name, an address, or `*.` and the end of names. */
  readonly host: string;
  /** Undefined: any port except those of a control plane. */
  readonly port?: number;
  /** Its addresses must be in these ranges, which then also open denied ranges on purpose. */
  readonly addresses?: readonly string[];
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Returns the host of a URL, an address of IPv6 without brackets, and the port. */
export function hostAndPortOf({ protocol, hostname, port }: URL): HostAndPort {
  const usual = protocol === 'https:' ? 443 : 80;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: port === '' ? usual : Number(port) };
}

export interface Allowance {
  readonly port: number | undefined;
  matches(host: Host): boolean;
  readonly addresses: readonly AddressRange[] | undefined;
}

interface AddressRange {
  readonly text: string;
  readonly ranges: AddressRanges;
}

export interface EgressRules {
  readonly allowances: readonly Allowance[];
  readonly denied: readonly AddressRange[];
  /** Locations of the API server, by name or by address. */
  readonly apiServers: readonly { readonly host: Host; readonly port: number }[];
}

/** Addresses that no server has: "this" network (RFC 791), multicast, reserved and broadcast. */
const nowhere = new AddressRanges([
  '0.0.0.0/8',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'ff00::/8',
]);

/** Loopback, link-local, and addresses where clouds publish secrets to machines. */
const ofThisMachine = [
  '127.0.0.0/8',
  '::1/128',
  '169.254.0.0/16',
  'fe80::/10',
  'fec0::/10',
  // Alibaba, Azure, Oracle, AWS, Google.
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
].map(toRange);

/** SSH, etcd, and ports of Kubernetes' own components. */
const controlPlanePorts: ReadonlySet<number> = new Set([
  22, 2379, 2380, 2381, 6443, 10_248, 10_249, 10_250, 10_255, 10_256, 10_257, 10_259,
]);

/** Returns what is wrong with an allowed host; undefined if it is valid. */
export function allowedHostProblem(host: string): string | undefined {
  if (host.startsWith('*.')) {
    return readHost(host.slice(2))?.kind === 'name' ? undefined : 'must end in a name after "*."';
  }
  return readHost(host) === undefined ? 'must be a name, an address, or "*.NAME"' : undefined;
}

/** Throws RangeError for settings that are no hosts or no addresses. */
export function compileEgress(
  settings: EgressSettings,
  apiServers: readonly HostAndPort[],
): EgressRules {
  return {
    allowances: settings.allow.map((allowed) => ({
      port: allowed.port,
      matches: matcher(allowed.host),
      addresses: allowed.addresses?.map(toRange),
    })),
    denied: [...ofThisMachine, ...settings.deny.map(toRange)],
    apiServers: apiServers.map(({ host, port }) => ({ host: mustRead(host), port })),
  };
}

/** Returns the allowances for a host and port; if there are none, a connection is forbidden. */
export function allowancesFor(rules: EgressRules, host: Host, port: number): readonly Allowance[] {
  return rules.allowances.filter(
    (allowance) =>
      allowance.matches(host) &&
      (allowance.port === undefined ? !controlPlanePorts.has(port) : allowance.port === port),
  );
}

/** An address (in any form) and port that a host was resolved to. */
export interface Candidate {
  readonly address: string;
  readonly port: number;
}

/**
 * Reports whether any of these allowances permits a connection to an address, given the API
 * server's location. Checks an IPv6 address together with the addresses it embeds. A range permits
 * a denied address only if it lies inside the denied range: `0.0.0.0/0` does not permit loopback.
 */
export function isPermitted(
  rules: EgressRules,
  allowances: readonly Allowance[],
  { address, port }: Candidate,
  apiServers: readonly Candidate[],
): boolean {
  const plain = plainAddress(address);
  if (plain === undefined) return false;
  const forms = [plain, ...embeddedAddresses(plain)];
  if (forms.some((form) => nowhere.has(form))) return false;
  const ofApi = apiServers.filter((api) => forms.includes(plainAddress(api.address) ?? ''));
  return allowances.some(({ addresses }) => {
    if (addresses === undefined) {
      return ofApi.length === 0 && !forms.some((form) => hitsOf(rules, form).length > 0);
    }
    if (ofApi.some((api) => api.port === port)) return false;
    const isNamed = addresses.some(({ ranges }) => ranges.has(plain));
    return isNamed && forms.every((form) => isOpened(addresses, hitsOf(rules, form), form));
  });
}

function isOpened(
  addresses: readonly AddressRange[],
  hits: readonly AddressRange[],
  address: string,
): boolean {
  const named = addresses.filter(({ ranges }) => ranges.has(address));
  return hits.every((hit) => named.some(({ text }) => coversRange(hit.text, text)));
}

function hitsOf(rules: EgressRules, address: string): readonly AddressRange[] {
  return rules.denied.filter(({ ranges }) => ranges.has(address));
}

function matcher(pattern: string): (host: Host) => boolean {
  const problem = allowedHostProblem(pattern);
  if (problem !== undefined) throw new RangeError(`host ${problem}`);
  if (!pattern.startsWith('*.')) {
    const wanted = hostText(mustRead(pattern));
    return (host) => hostText(host) === wanted;
  }
  const end = `.${hostText(mustRead(pattern.slice(2)))}`;
  return (host) => host.kind === 'name' && host.name.endsWith(end);
}

function mustRead(text: string): Host {
  const host = readHost(text);
  if (host === undefined) throw new RangeError('neither a name nor an address');
  return host;
}

function toRange(text: string): AddressRange {
  return { text, ranges: new AddressRanges([text]) };
}

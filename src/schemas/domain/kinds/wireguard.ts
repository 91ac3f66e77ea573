import { isIP } from 'node:net';
import { type Kind, lineEndReasons, ofText } from './kind.js';

const KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;
const LINES_MAX = 2_000;

/** Key of Curve25519, as `wg genkey`, `wg pubkey` and `wg genpsk` write it. */
export const wireGuardKeyKind: Kind = {
  description: 'WireGuard key: 32 bytes in base64.',
  bytesMax: 256,
  reasons: ofText((text) => {
    const line = text.replace(/\n$/, '');
    if (!KEY.test(line)) return ['must be 32 bytes in base64'];
    return isZero(line) ? ['must not be all zero'] : lineEndReasons('');
  }),
};

/** Returns what a value of a name must be, if it is something else. */
type Rule = (value: string) => string | undefined;

function rule(isRight: (value: string) => boolean, reason: string): Rule {
  return (value) => (isRight(value) ? undefined : reason);
}

const key: Rule = (value) => {
  if (!KEY.test(value)) return 'must be 32 bytes in base64';
  return isZero(value) ? 'must not be all zero' : undefined;
};
const port = rule(isPort, 'must be from 0 to 65535');
const number = rule(isNumber, 'must be a number or off');
const anything: Rule = () => undefined;
const addresses = rule(isAddressList, 'must be IP addresses with commas between');

/** Names of each section. https://man7.org/linux/man-pages/man8/wg.8.html */
const sections: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  interface: {
    PrivateKey: key,
    ListenPort: port,
    FwMark: number,
    Address: addresses,
    DNS: anything,
    MTU: number,
    Table: anything,
    PreUp: anything,
    PostUp: anything,
    PreDown: anything,
    PostDown: anything,
    SaveConfig: rule((value) => value === 'true' || value === 'false', 'must be true or false'),
  },
  peer: {
    PublicKey: key,
    PresharedKey: key,
    AllowedIPs: rule((value) => value === '' || isAddressList(value), 'must be IP addresses'),
    Endpoint: rule(isEndpoint, 'must be a host and a port'),
    PersistentKeepalive: rule(
      (value) => value === 'off' || isPort(value),
      'must be off or from 0 to 65535',
    ),
  },
};

/** Configuration of an interface, as `wg` and `wg-quick` read it. */
export const wireGuardConfigKind: Kind = {
  description: 'Configuration of WireGuard: [Interface] with PrivateKey, and [Peer] sections.',
  bytesMax: 128 * 1_024,
  reasons: ofText((text) => {
    const lines = text.split(/\r?\n/);
    if (lines.length > LINES_MAX) return [`must have at most ${LINES_MAX} lines`];
    const found: Section[] = [];
    const reasons: string[] = [];
    for (const [index, whole] of lines.entries()) {
      const line = whole.replace(/#[^]*$/, '').trim();
      if (line === '') continue;
      const section = /^\[(\w+)\]$/.exec(line)?.[1]?.toLowerCase();
      if (section !== undefined) found.push({ section, names: new Set() });
      const reason = section === undefined ? entryReason(line, found.at(-1)) : headReason(section);
      if (reason !== undefined) reasons.push(`line ${index + 1}: ${reason}`);
    }
    return [...reasons, ...missing(found)];
  }),
};

type Section = { readonly section: string; readonly names: Set<string> };

function headReason(section: string): string | undefined {
  return Object.hasOwn(sections, section) ? undefined : 'must be [Interface] or [Peer]';
}

function entryReason(line: string, within: Section | undefined): string | undefined {
  const [, written = '', value = ''] = /^(\w+)\s*=\s*([^]*)$/.exec(line) ?? [];
  if (written === '') return 'must be Name = value';
  const rules = sections[within?.section ?? ''];
  if (within === undefined || rules === undefined) return 'must be in a section';
  const name = Object.keys(rules).find((one) => one.toLowerCase() === written.toLowerCase());
  if (name === undefined) return 'has a name that its section does not know';
  within.names.add(name);
  const reason = rules[name]?.(value);
  return reason && `${name} ${reason}`;
}

function missing(found: readonly Section[]): readonly string[] {
  const interfaces = found.filter(({ section }) => section === 'interface');
  const peers = found.filter(({ section }) => section === 'peer');
  return [
    ...(interfaces.length === 1 ? [] : ['must have one section [Interface]']),
    ...(interfaces.every(({ names }) => names.has('PrivateKey')) ? [] : ['must have a PrivateKey']),
    ...(peers.every(({ names }) => names.has('PublicKey'))
      ? []
      : ['each peer must have a PublicKey']),
  ];
}

function isNumber(value: string): boolean {
  return /^(?:\d{1,10}|0x[0-9a-f]{1,8}|off)$/i.test(value);
}

function isAddressList(value: string): boolean {
  return value.split(',').every((one) => isAddress(one.trim()));
}

function isZero(key: string): boolean {
  return Buffer.from(key, 'base64').every((byte) => byte === 0);
}

function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
}

function isAddress(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/');
  const version = isIP(address);
  const bitsMax = version === 4 ? 32 : 128;
  const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax);
  return version !== 0 && isBits && more.length === 0;
}

function isEndpoint(value: string): boolean {
  const [, host = '', port = ''] = /^(\[[^\]]+\]|[^:\s]+):(\d{1,5})$/.exec(value) ?? [];
  const isHost = host.startsWith('[') ? isIP(host.slice(1, -1)) === 6 : /^[\w.-]+$/.test(host);
  return isHost && isPort(port) && Number(port) > 0;
}

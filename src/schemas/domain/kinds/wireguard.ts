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

type Rule = (value: string) => boolean;
const isKey: Rule = (value) => KEY.test(value) && !isZero(value);
const isNumber: Rule = (value) => /^(?:\d{1,10}|0x[0-9a-f]{1,8}|off)$/i.test(value);
const isAny: Rule = () => true;
const isAddressList: Rule = (value) => value.split(',').every((one) => isAddress(one.trim()));

/** Names of each section. https://man7.org/linux/man-pages/man8/wg.8.html */
const sections: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  interface: {
    privatekey: isKey,
    listenport: isPort,
    fwmark: isNumber,
    address: isAddressList,
    dns: isAny,
    mtu: isNumber,
    table: isAny,
    preup: isAny,
    postup: isAny,
    predown: isAny,
    postdown: isAny,
    saveconfig: (value) => value === 'true' || value === 'false',
  },
  peer: {
    publickey: isKey,
    presharedkey: isKey,
    allowedips: (value) => value === '' || isAddressList(value),
    endpoint: isEndpoint,
    persistentkeepalive: (value) => value === 'off' || (isPort(value) && Number(value) <= 65_535),
  },
};

/** Configuration of an interface, as `wg` and `wg-quick` read it. */
export const wireGuardConfigKind: Kind = {
  description: 'Configuration of WireGuard: [Interface] with PrivateKey, and [Peer] sections.',
  bytesMax: 128 * 1_024,
  reasons: ofText((text) => {
    const lines = text.split(/\r?\n/);
    if (lines.length > LINES_MAX) return [`must have at most ${LINES_MAX} lines`];
    const found: { readonly section: string; readonly names: Set<string> }[] = [];
    const reasons: string[] = [];
    for (const [index, whole] of lines.entries()) {
      const line = whole.replace(/#[^]*$/, '').trim();
      if (line === '') continue;
      const section = /^\[(\w+)\]$/.exec(line)?.[1]?.toLowerCase();
      if (section !== undefined) found.push({ section, names: new Set() });
      const reason = section === undefined ? entryReason(line, found.at(-1)) : headReason(section);
      if (reason !== undefined) reasons.push(`line ${index + 1} ${reason}`);
    }
    return [...reasons, ...missing(found)];
  }),
};

type Section = { readonly section: string; readonly names: Set<string> };

function headReason(section: string): string | undefined {
  return Object.hasOwn(sections, section) ? undefined : 'must be [Interface] or [Peer]';
}

function entryReason(line: string, within: Section | undefined): string | undefined {
  const [, name = '', value = ''] = /^(\w+)\s*=\s*([^]*)$/.exec(line) ?? [];
  if (name === '') return 'must be Name = value';
  const rules = sections[within?.section ?? ''];
  if (within === undefined || rules === undefined) return 'must be in a section';
  const key = name.toLowerCase();
  within.names.add(key);
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  if (rule === undefined) return 'has a name that its section does not know';
  return rule(value) ? undefined : 'has a value that its name does not take';
}

function missing(found: readonly Section[]): readonly string[] {
  const interfaces = found.filter(({ section }) => section === 'interface');
  const peers = found.filter(({ section }) => section === 'peer');
  return [
    ...(interfaces.length === 1 ? [] : ['must have one section [Interface]']),
    ...(interfaces.every(({ names }) => names.has('privatekey')) ? [] : ['must have a PrivateKey']),
    ...(peers.every(({ names }) => names.has('publickey'))
      ? []
      : ['each peer must have a PublicKey']),
  ];
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

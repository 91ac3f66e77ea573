import { isIPv4, isIPv6 } from 'node:net';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const calendarDay = /^(\d{4})-(\d\d)-(\d\d)$/;
const timeOfDay = /^(\d\d):(\d\d):(\d\d)(.\d+)?(z|[+-]\d\d:\d\d)$/;
const goDuration = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const wordyDuration = /(\d+)\s*([A-Za-zµ]+)/g;
const exactUnits = new Set('ns us µs ms s m h hr d w wk'.split(' '));
const unitPrefixes = ['nano', 'micro', 'milli', 'sec', 'min', 'hour', 'day', 'week'];
const letter = String.raw`[a-zA-Z0-9\p{S}\p{L}]`;
const inner = String.raw`[a-zA-Z0-9\-\p{S}\p{L}]`;
const topLevel = String.raw`[a-zA-Z\p{L}]{2,63}`;
const hostname = new RegExp(
  `^(?:${letter}(?:-?${letter}{0,62})?|(?:${letter}(?:${inner}{0,61}${letter})?\\.)+${topLevel})$`,
  'u',
);
/** Lengths in bytes that Go's `net.ParseMAC` accepts. */
const macBytes = new Set([6, 8, 20]);
const mac =
  /^(?:[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*)|[0-9a-f]{4}(?:\.[0-9a-f]{4})+)$/i;
const email = /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+$/;
const named = /^[^<>@]*<([^<>]+)>$/;

function uuid(version: string, variant: string): RegExp {
  const [third, fourth] = [`${version}[0-9a-f]{${4 - version.length}}`, `${variant}[0-9a-f]{3}`];
  return new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, 'i');
}

/** Checks by format name without dashes. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  byte: (text) => base64.test(text),
  cidr: isCidr,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: (text) => email.test(named.exec(text.trim())?.[1] ?? text.trim()),
  hexcolor: (text) => /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text),
  hostname: isHostname,
  ipv4: (text) => isIPv4(text.replace(/(^|\.)0+(?=\d)/g, '$1')),
  ipv6: (text) => isIPv6(text),
  k8slongname: (text) =>
    text.length <= 253 &&
    /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(text),
  k8sshortname: (text) => text.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(text),
  mac: (text) => mac.test(text) && macBytes.has(text.replace(/[^0-9a-f]/gi, '').length / 2),
  password: () => true,
  ssn: (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  uri: isRequestUri,
  uuid: (text) => uuid('', '[0-9a-f]').test(text),
  uuid3: (text) => uuid('3', '[0-9a-f]').test(text),
  uuid4: (text) => uuid('4', '[89ab]').test(text),
  uuid5: (text) => uuid('5', '[89ab]').test(text),
};

/** Returns undefined for a format without a check. */
export function formatCheck(format: string | undefined): ((text: string) => boolean) | undefined {
  const name = (format ?? '').replaceAll('-', '');
  return Object.hasOwn(formats, name) ? formats[name] : undefined;
}

function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = calendarDay.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t');
  const [, hour = '', minute = '', second = ''] = timeOfDay.exec(time) ?? [];
  return isDate(date) && hour !== '' && hour <= '23' && minute <= '59' && second <= '59';
}

function isDuration(text: string): boolean {
  if (goDuration.test(text)) return true;
  return [...text.matchAll(wordyDuration)].some(([, , unit = '']) => {
    const lower = unit.toLowerCase();
    return exactUnits.has(lower) || unitPrefixes.some((prefix) => lower.startsWith(prefix));
  });
}

function isHostname(text: string): boolean {
  const isShort = text.length <= 255 && text.split('.').every((label) => label.length <= 63);
  return isShort && hostname.test(text);
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  if (isIPv4(address.replace(/(^|\.)0+(?=\d)/g, '$1'))) return Number(bits) <= 32;
  return isIPv6(address) && Number(bits) <= 128;
}

function isRequestUri(text: string): boolean {
  return text.startsWith('/') ? !/[\s%](?![0-9a-f]{2})/i.test(text) : URL.canParse(text);
}

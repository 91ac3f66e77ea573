import { BlockList, isIP, isIPv6 } from 'node:net';

interface AddressRange {
  readonly address: string;
  readonly bits: number;
}

/** IPv4 addresses as written in IPv6 (RFC 4291, section 2.5.5.2). */
const mapped = new BlockList();
const MAPPED_BITS = 96;
mapped.addSubnet('::ffff:0:0', MAPPED_BITS, 'ipv6');

/**
 * Set of addresses, given as addresses and CIDR ranges. An IPv4 address is only in ranges of IPv4,
 * in any notation: a BlockList would also find it in `::/0`.
 */
export class AddressRanges {
  readonly #networks = { ipv4: new BlockList(), ipv6: new BlockList() };

  /** Throws RangeError for an invalid range. */
  constructor(ranges: readonly string[] = []) {
    for (const range of ranges) {
      const { address, bits } = parseRange(range);
      const family = bits < MAPPED_BITS ? familyOf(address) : plainFamilyOf(address);
      this.#networks[family].addSubnet(address, bits, familyOf(address));
    }
  }

  has(address: string): boolean {
    if (isIP(address) === 0) return false;
    return this.#networks[plainFamilyOf(address)].check(address, familyOf(address));
  }
}

/** Reports whether a text is an address or a CIDR range. */
export function isAddressRange(range: string): boolean {
  try {
    parseRange(range);
    return true;
  } catch {
    return false;
  }
}

/** Reports whether the first range contains all of the second. Throws RangeError if invalid. */
export function coversRange(outer: string, inner: string): boolean {
  const { address, bits } = parseRange(inner);
  const { address: other, bits: otherBits } = parseRange(outer);
  if (familyOf(address) !== familyOf(other) || bits < otherBits) return false;
  return new AddressRanges([outer]).has(address);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** Returns the address's own family, also for an IPv4 address in the form of IPv6. */
function plainFamilyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) && !mapped.check(address, 'ipv6') ? 'ipv6' : 'ipv4';
}

function parseRange(range: string): AddressRange {
  const [address = '', suffix, ...rest] = range.split('/');
  const bitsMax = isIPv6(address) ? 128 : 32;
  const bits = suffix === undefined ? bitsMax : Number(suffix);
  const isNumber = suffix === undefined || /^\d{1,3}$/.test(suffix);
  if (isIP(address) === 0 || !isNumber || bits > bitsMax || rest.length > 0) {
    throw new RangeError('neither an address nor a CIDR range');
  }
  return { address, bits };
}

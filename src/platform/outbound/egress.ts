import { lookup as lookUpByName } from 'node:dns/promises';
import { outboundLimits } from '../../core/outbound-limits.js';
import { within } from '../../core/within.js';
import {
  allowancesFor,
  type AllowedAddress,
  type Candidate,
  type EgressRules,
  isPermitted,
} from './domain/egress-rules.js';
import { plainAddress } from './domain/embedded-addresses.js';
import { type Host, hostText, readHost } from './domain/host-name.js';
import { OutboundFault } from './domain/outbound-fault.js';

/** Returns all addresses of a name; rejects if there are none. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/** Permitted destinations. Others are refused before anything is sent. */
export class Egress {
  readonly #rules: EgressRules;
  readonly #lookUp: LookUp;

  constructor(rules: EgressRules, lookUp: LookUp = systemLookUp) {
    this.#rules = rules;
    this.#lookUp = lookUp;
  }

  /**
   * Returns the only address to connect to: a name is resolved once, because a second lookup may
   * have another result. TLS checks `serverName` instead of the host. Throws OutboundFault
   * HostNotAllowed, TargetUnreachable or TargetTimeout.
   */
  async resolve(
    host: string,
    port: number,
    serverName: string | undefined,
    signal: AbortSignal,
  ): Promise<AllowedAddress> {
    const read = readHost(host);
    if (read === undefined) throw notAllowed(host, port);
    const allowances = allowancesFor(this.#rules, read, port);
    if (allowances.length === 0) throw notAllowed(host, port);
    const [addresses, apiServers] = await Promise.all([
      this.#addressesOf(read, signal),
      this.#apiServers(signal),
    ]);
    const address = addresses.find((found) =>
      isPermitted(this.#rules, allowances, { address: found, port }, apiServers),
    );
    const plain = address === undefined ? undefined : plainAddress(address);
    if (plain === undefined) throw notAllowed(host, port);
    return { address: plain, port, serverName: serverName ?? hostText(read) };
  }

  async #apiServers(signal: AbortSignal): Promise<readonly Candidate[]> {
    const found = this.#rules.apiServers.map(async ({ host, port }) => {
      const addresses = await this.#addressesOf(host, signal);
      return addresses.map((address) => ({ address, port }));
    });
    return (await Promise.all(found)).flat();
  }

  async #addressesOf(host: Host, signal: AbortSignal): Promise<readonly string[]> {
    if (host.kind === 'address') return [host.address];
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(outboundLimits.lookUpMsMax)]);
    const timeout = (): OutboundFault =>
      new OutboundFault('TargetTimeout', `the name ${host.name} was not resolved in time`);
    try {
      const addresses = await within(inTime, this.#lookUp(host.name), timeout);
      if (addresses.length > 0) return addresses.slice(0, outboundLimits.hostAddressesMax);
    } catch (error) {
      if (error instanceof OutboundFault) throw error;
    }
    throw new OutboundFault('TargetUnreachable', `the name ${host.name} has no address`);
  }
}

/** Resolves a name as the machine does: in a Pod, also by its search domains. */
async function systemLookUp(name: string): Promise<readonly string[]> {
  const found = await lookUpByName(name, { all: true });
  return found.map(({ address }) => address);
}

function notAllowed(host: string, port: number): OutboundFault {
  const where = readHost(host) === undefined ? 'the host' : `${host}:${port}`;
  return new OutboundFault('HostNotAllowed', `${where} is not one that the gateway may connect to`);
}

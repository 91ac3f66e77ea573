import type { CustomResourceSink } from '../../custom-resources/domain/custom-resources.js';
import { type ParsedPolicy, type StoredPolicy, parsePolicy } from '../domain/rotation-policy.js';
import type { RotatedSecret } from '../domain/rotation-run.js';

export interface PolicyListener {
  put(known: ParsedPolicy, before: ParsedPolicy | undefined): void;
  removed(known: ParsedPolicy): void;
}

/** All policies of the served namespaces, parsed, in memory. */
export class PolicyRegistry implements CustomResourceSink {
  readonly #byUid = new Map<string, ParsedPolicy>();
  readonly #bySecret = new Map<string, ParsedPolicy>();
  readonly #listeners: PolicyListener[] = [];

  onChange(listener: PolicyListener): void {
    this.#listeners.push(listener);
  }

  get all(): Iterable<ParsedPolicy> {
    return this.#byUid.values();
  }

  get size(): number {
    return this.#byUid.size;
  }

  byUid(uid: string): ParsedPolicy | undefined {
    return this.#byUid.get(uid);
  }

  of(secret: Pick<RotatedSecret, 'namespaceUid' | 'name'>): ParsedPolicy | undefined {
    return this.#bySecret.get(keyOf(secret));
  }

  put(policy: StoredPolicy, namespaceUid: string): void {
    const before = this.#byUid.get(policy.uid);
    const isSame =
      before?.policy.generation === policy.generation && before.namespaceUid === namespaceUid;
    // If the spec is equal, only the metadata and the status are new.
    const known = isSame ? { ...before, policy } : parsePolicy(policy, namespaceUid);
    if (before !== undefined) this.#forgetSecretOf(before);
    this.#byUid.set(policy.uid, known);
    this.#bySecret.set(keyOf(known), known);
    for (const listener of this.#listeners) listener.put(known, before);
  }

  remove({ uid }: Pick<StoredPolicy, 'uid'>): void {
    const known = this.#byUid.get(uid);
    if (known === undefined) return;
    this.#byUid.delete(uid);
    this.#forgetSecretOf(known);
    for (const listener of this.#listeners) listener.removed(known);
  }

  listed(namespace: string, uids: ReadonlySet<string>): void {
    for (const { policy } of [...this.#byUid.values()]) {
      const isOfList = namespace === '' || policy.namespace === namespace;
      if (isOfList && !uids.has(policy.uid)) this.remove(policy);
    }
  }

  /** Forgets a policy unless another policy has come for its Secret. */
  #forgetSecretOf(known: ParsedPolicy): void {
    if (this.#bySecret.get(keyOf(known)) === known) this.#bySecret.delete(keyOf(known));
  }
}

function keyOf({ namespaceUid, name }: Pick<RotatedSecret, 'namespaceUid' | 'name'>): string {
  return `${namespaceUid}/${name}`;
}

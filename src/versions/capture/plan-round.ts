import type { KeyRing } from '../../encryption/key-ring.js';
import { outsideAttribution } from '../domain/attribution.js';
import {
  contentFingerprint,
  versionAnnotations,
  versionKeys,
  type Mac,
} from '../domain/fingerprint.js';
import { payloadOf } from '../domain/payload.js';
import { planState } from '../domain/plan-state.js';
import { retentionOf } from '../domain/retention-annotations.js';
import type { VersionKey } from '../domain/version.js';
import type { NewVersion, RetentionLimits } from '../domain/versions.store.js';
import type { Head, Heads } from './heads.js';
import type { GatewayWrites } from './gateway-writes.js';
import type { Placed } from './place-states.js';

export interface RoundParts {
  readonly keys: Pick<KeyRing, 'mac' | 'seal'>;
  /** Returns the uid of the cluster's `kube-system` namespace; throws before it is known. */
  readonly cluster: () => string;
  readonly own: Pick<GatewayWrites, 'attributionOf'>;
  readonly limits: RetentionLimits;
}

/** Step that is planned for one state. */
export type Step =
  | { readonly kind: 'past'; readonly placed: Placed }
  | { readonly kind: 'same'; readonly placed: Placed; readonly after: Head }
  | {
      readonly kind: 'new';
      readonly placed: Placed;
      readonly after: Head;
      readonly made: NewVersion;
    };

/** Compares each state with its predecessor, and seals new versions. */
export function planRound(
  parts: RoundParts,
  heads: Pick<Heads, 'get'>,
  states: readonly Placed[],
  nowMs: number,
): readonly Step[] {
  const working = new Map<string, Head>();
  return states.map((placed) => {
    const key = `${placed.ref.namespaceUid}/${placed.ref.name}`;
    const step = planStep(parts, working.get(key) ?? heads.get(placed.ref), placed, nowMs);
    if (step.kind !== 'past') working.set(key, step.after);
    return step;
  });
}

function planStep(parts: RoundParts, head: Head | undefined, placed: Placed, nowMs: number): Step {
  const { secret } = placed.state;
  const { uid, resourceVersion } = secret;
  const { isListed } = placed.entry;
  const payload = payloadOf(secret);
  try {
    const fingerprint = contentFingerprint(macOf(parts, placed.ref), payload);
    const verdict = planState(head, { uid, resourceVersion, fingerprint, isListed });
    if (verdict.kind === 'past') return { kind: 'past', placed };
    if (verdict.kind === 'same' && head !== undefined) {
      return { kind: 'same', placed, after: { ...head, secretUid: uid, resourceVersion } };
    }
    const isGap = verdict.kind === 'new' && verdict.isGap;
    const createdMs = isListed ? writtenMs(secret, nowMs) : nowMs;
    const { lastVersion = 0, last: before } = head ?? {};
    const found = { lastVersion, last: before, payload, fingerprint, isGap, createdMs };
    const made = sealedVersion(parts, placed, found);
    const { version, keys, attribution } = made;
    const last = { version, secretUid: uid, fingerprint, keys, attribution };
    return {
      kind: 'new',
      placed,
      made,
      after: { lastVersion: version, secretUid: uid, resourceVersion, last },
    };
  } finally {
    payload.fill(0);
  }
}

/** Returns the version of a state, sealed for the number after `lastVersion`. */
export function sealedVersion(
  parts: RoundParts,
  { state, ref, namespace }: Omit<Placed, 'entry'>,
  found: {
    readonly lastVersion: number;
    /** Version with which the keys are compared. */
    readonly last: { readonly keys: readonly VersionKey[] } | undefined;
    readonly payload: Buffer;
    readonly fingerprint: Buffer;
    readonly isGap: boolean;
    readonly createdMs: number;
  },
): NewVersion {
  const { secret, fieldManager } = state;
  const { type, immutable, labels, resourceVersion, uid: secretUid } = secret;
  const { lastVersion, last, payload, fingerprint, isGap, createdMs } = found;
  const version = lastVersion + 1;
  const { namespaceUid, namespace: inNamespace, name } = ref;
  const place = { cluster: parts.cluster(), namespace: inNamespace, namespaceUid, name };
  return {
    history: ref,
    version,
    secretUid,
    resourceVersion,
    type,
    immutable,
    labels,
    keys: versionKeys(macOf(parts, ref), secret.data, version, last?.keys),
    annotations: versionAnnotations(macOf(parts, ref), secret.annotations),
    attribution: parts.own.attributionOf(secret) ?? outsideAttribution(fieldManager),
    isGap,
    createdMs,
    fingerprint,
    payload: parts.keys.seal(payload, { ...place, secretUid, version }),
    limits: retentionOf(parts.limits, secret.annotations, namespace?.annotations ?? {}),
  };
}

/** Returns when a listed state was written, as far as is known. */
function writtenMs(
  { updatedAt, createdAt }: { readonly updatedAt: string | undefined; readonly createdAt: string },
  nowMs: number,
): number {
  const writtenAtMs = Date.parse(updatedAt ?? createdAt);
  return Number.isNaN(writtenAtMs) ? nowMs : Math.min(writtenAtMs, nowMs);
}

/** Returns a Secret's MAC: database readers who write another Secret can compare nothing. */
export function macOf({ keys }: RoundParts, { namespaceUid, name }: Placed['ref']): Mac {
  return (context, bytes) => keys.mac(`${context} of ${namespaceUid}/${name}`, bytes);
}

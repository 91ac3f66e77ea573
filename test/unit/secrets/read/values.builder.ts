import { setImmediate as turn } from 'node:timers/promises';
import { AuditNotWritten } from '../../../../src/audit/audit-not-written.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { Principal } from '../../../../src/core/principal.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { sortedKeys } from '../../../../src/secrets/domain/value-map.js';
import { type FoundSecret, SecretSource } from '../../../../src/secrets/read/secret-source.js';
import { SecretValues } from '../../../../src/secrets/read/secret-values.js';
import { callContext } from '../../audit/audit-builders.js';
import { auditOver } from '../../audit/trail.builder.js';
import { storedSecret, values } from '../domain/secret.builder.js';

/** Values by Secret and key. */
export type Holdings = Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>;

interface Wishes {
  readonly holdings: Holdings;
  /** `resource/name` of rights that the caller does not have. */
  readonly denied?: readonly string[];
  /** The same of lookups that fail in a way that nobody knows. */
  readonly broken?: readonly string[];
  readonly scope?: TokenScope;
  readonly refuses?: (event: Noted) => boolean;
}

/** What tests look at of an event. */
interface Noted {
  readonly action: string | undefined;
  readonly secret?: string;
  readonly keys?: string;
  readonly outcome: string | undefined;
  readonly code: number | undefined;
  readonly parentId?: string;
}

type FindParameters = Parameters<SecretSource['find']>;

/** Holds Secrets, and notes by which rights each was looked up. */
class HeldSecrets extends SecretSource {
  readonly #wishes: Wishes;
  readonly found: string[] = [];
  readonly shown: string[] = [];
  #now = 0;
  atOnceMax = 0;

  constructor(wishes: Wishes) {
    super();
    this.#wishes = wishes;
  }

  override async find(...[, trace, { ref, rights }]: FindParameters): Promise<FoundSecret> {
    const { holdings, denied = [], broken = [] } = this.#wishes;
    const asked = rights?.map(({ resource, name }) => `${resource}/${name}`) ?? [
      `secrets/${ref.name}`,
    ];
    this.#now += 1;
    this.atOnceMax = Math.max(this.atOnceMax, this.#now);
    await turn();
    this.#now -= 1;
    if (asked.every((right) => denied.includes(right))) {
      throw new SallyportError('Forbidden', `secrets "${ref.name}" is forbidden`);
    }
    this.found.push(asked.join(' or '));
    trace.plane = 'broker';
    if (broken.some((right) => asked.includes(right))) throw new TypeError('broken');
    const data = holdings[ref.name];
    if (data === undefined) {
      throw new SallyportError('NotFound', `secrets "${ref.name}" not found`);
    }
    const secret = storedSecret({ ...ref, data: values(data) });
    const { uid, resourceVersion, type } = secret;
    return {
      ...{ ...ref, uid, resourceVersion, type },
      keys: sortedKeys(secret.data),
      show: (representation) => {
        if (!this.shown.includes(ref.name)) this.shown.push(ref.name);
        return representation.render(secret, undefined);
      },
    };
  }
}

/** Values over a source and a trail that the test makes. */
export function valuesWorld(wishes: Wishes) {
  const { scope, refuses = () => false } = wishes;
  const trail: Noted[] = [];
  const audit = auditOver(async ({ objectRef, annotations, responseStatus }) => {
    const keys = annotations['sallyport.dev/keys'];
    const parentId = annotations['sallyport.dev/parent-id'];
    const event: Noted = {
      action: annotations['sallyport.dev/action'],
      ...(objectRef?.name === undefined ? {} : { secret: objectRef.name }),
      ...(keys === undefined ? {} : { keys }),
      outcome: annotations['sallyport.dev/outcome'],
      code: responseStatus?.code,
      ...(parentId === undefined ? {} : { parentId }),
    };
    if (refuses(event)) throw new AuditNotWritten('full');
    return trail.push(event);
  });
  const source = new HeldSecrets(wishes);
  const token = scope && { id: 't1', owner: 'alice', scope };
  const ctx = callContext(
    token && {
      principal: Principal.forUser({
        ...{ username: 'alice', kind: 'token', credentialId: 't1', token },
      }),
    },
  );
  return {
    ...{ ctx, trail, found: source.found, shown: source.shown },
    values: new SecretValues({ audit, source }),
    atOnceMax: () => source.atOnceMax,
  };
}

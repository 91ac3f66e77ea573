import { Buffer } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import type { CallContext } from '../core/call-context.js';
import { ClientClosed, isClosedByClient } from '../core/errors/client-closed.js';
import { invalidAt, SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { bodyBounds, jsonTokens } from '../core/json-tokens.js';
import { parseJson } from '../core/parse-json.js';
import { sealingLimits } from '../core/sealing-limits.js';
import { pointerTo } from '../secrets/domain/json-pointer.js';
import {
  type ManifestText,
  type SealedSecret,
  SealedSecrets,
} from '../secrets/domain/sealed-secrets.js';
import type { WriteInput } from '../secrets/domain/write-body.js';
import { type ReadSealedSecret, readSealedSecret } from './domain/read-sealed-secret.js';
import { sealingLabel } from './domain/sealing-scope.js';
import { parseYamlManifest, structureBytes } from './domain/yaml-manifest.js';
import { openValues, UnopenedValue } from './open-values.js';
import { OpeningTurns } from './opening-turns.js';
import { SealingKeys } from './sealing-keys.js';

const UNOPENED =
  'cannot be opened: it is damaged, or was sealed for another gateway, namespace, name or scope';

/** Reads manifests of SealedSecrets, and opens their values with the keys of the gateway. */
@Injectable()
export class SealedManifests extends SealedSecrets {
  readonly #keys: SealingKeys;
  readonly #turns = new OpeningTurns();

  constructor(keys: SealingKeys) {
    super();
    this.#keys = keys;
  }

  override parse(ctx: CallContext, text: ManifestText, namespace: string): SealedSecret {
    const manifest = parsed(ctx, text);
    const read = readSealedSecret(manifest, namespace);
    const { secret, values } = read;
    return {
      namespace,
      name: secret.name,
      keys: [...values.keys()],
      request: manifest,
      open: (ctx) => this.#open(ctx, read),
    };
  }

  /** Counts the work against the limit of the credential before it is done, in turns. */
  async #open(ctx: CallContext, { secret, scope, values }: ReadSealedSecret): Promise<WriteInput> {
    ctx.charge?.(sealingLimits.requestsPerDecryption * values.size);
    return this.#turns.run(ctx, async () => {
      const { keys, problem } = await this.#keys.usable();
      const label = sealingLabel(secret, scope);
      const onDecryption = decryptionCounter(ctx, values.size);
      try {
        return { ...secret, data: await openValues(values, { keys, label, onDecryption }) };
      } catch (error) {
        if (!(error instanceof UnopenedValue)) throw error;
        // The key that would open the value may be the one that is missing.
        throw problem ?? invalidAt(pointerTo('spec', 'encryptedData', error.key), UNOPENED);
      }
    });
  }
}

/** Parses a manifest within bounds; YAML counts against the limit of the credential before. */
function parsed(ctx: CallContext, { bytes, syntax }: ManifestText): unknown {
  const { manifestBytesMax, jsonMembersMax, yamlStructureBytesOfRequest } = sealingLimits;
  if (bytes.length > manifestBytesMax) {
    throw new SallyportError('TooLarge', `a manifest has at most ${manifestBytesMax} bytes`);
  }
  if (syntax === 'json') {
    jsonTokens(Buffer.from(bytes), { ...bodyBounds, membersMax: jsonMembersMax });
    return parseJson(bytes);
  }
  ctx.charge?.(Math.floor(structureBytes(bytes) / yamlStructureBytesOfRequest));
  return parseYamlManifest(bytes);
}

/** Counts decryptions: those beyond one for each value are trials of other keys. */
function decryptionCounter(ctx: CallContext, counted: number): () => void {
  let made = 0;
  return () => {
    made += 1;
    if (ctx.signal?.aborted === true) throw endedBy(ctx.signal);
    if (made > counted) ctx.charge?.(sealingLimits.requestsPerDecryption);
    if (made <= sealingLimits.decryptionsMax) return;
    throw new SallyportError(
      'TooLarge',
      'the values were sealed with too many certificates; seal them again with the current one',
    );
  };
}

function endedBy(signal: AbortSignal): SallyportError {
  return isClosedByClient(signal) ? new ClientClosed() : unavailable('the gateway is stopping');
}

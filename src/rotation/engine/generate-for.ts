import type { Clock } from '../../core/clock.js';
import { RunStopped } from '../domain/run-stopped.js';
import { templateFacts } from '../domain/template-facts.js';
import type { BrokerSecrets } from './broker-secrets.js';
import type { GenerateFor } from './step-dependencies.js';
import { textOf } from './value-text.js';

/** Returns the generator of a run's values; loads generators when the first is needed. */
export function generatorOf(secrets: BrokerSecrets, clock: Clock): GenerateFor {
  return async ({ ctx, run, spec }, current, username) => {
    const { generateValues, GeneratorFault } = await import('../generators/generate.js');
    try {
      return await generateValues({
        generate: spec.generate,
        facts: templateFacts(spec, username),
        current,
        readCa: async (name) => {
          const keys = ['tls.crt', 'tls.key'];
          const [certificate, privateKey] = await secrets.referenced(ctx, { ...run, name }, keys);
          if (privateKey === undefined) throw new RunStopped('ReferencedSecretMissing', 'no CA');
          return { certificate: textOf(certificate, name), privateKey };
        },
        nowMs: clock.nowMs(),
      });
    } catch (error) {
      if (!(error instanceof GeneratorFault)) throw error;
      throw new RunStopped('GeneratorFailed', error.message);
    }
  };
}

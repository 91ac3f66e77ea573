import { join } from 'node:path';
import { heading, p50AndP99, report } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { GatewayProcess } from './gateway-process.js';
import { percentile } from './percentile.js';
import { withThrowawayDir } from './throwaway-dir.js';

const rounds = 20;
const warmWrites = 50;
const secrets = '/namespaces/default/secrets';

/** Writes one after another, in turns with a gateway that records history and one that does not. */
export async function benchWrites(writes: number): Promise<Figures> {
  heading('what recording adds to a write');
  return withThrowawayDir(async (dir) => {
    const on = await Writer.start(join(dir, 'on'), true);
    const off = await Writer.start(join(dir, 'off'), false).catch(async (error: unknown) => {
      await on.stop();
      throw error;
    });
    try {
      await Promise.all([on.write(warmWrites), off.write(warmWrites)]);
      for (const one of [on, off]) one.forget();
      const share = Math.ceil(writes / rounds);
      for (let round = 0; round < rounds; round += 1) {
        // Whoever goes first in a round does not always do so.
        for (const one of round % 2 === 0 ? [on, off] : [off, on]) await one.write(share);
      }
      return tell(on, off);
    } finally {
      await on.stop();
      await off.stop();
    }
  });
}

function tell(on: Writer, off: Writer): Figures {
  const added = percentile(on.tookMs, 50) - percentile(off.tookMs, 50);
  report('PATCH with history', `${p50AndP99(on.tookMs)}; ${on.cpuOfEach()} ms CPU`);
  report('PATCH without', `${p50AndP99(off.tookMs)}; ${off.cpuOfEach()} ms CPU`);
  report('recording adds', `${added.toFixed(1)} ms p50`);
  report('answers without a number', String(on.withoutVersion));
  return bounded('versions', {
    recordingAddsP50Ms: added,
    writesWithoutNumber: on.withoutVersion,
  });
}

/** Somebody who changes one Secret again and again. */
class Writer {
  readonly #gateway: GatewayProcess;
  #tookMs: number[] = [];
  #cpuMs = 0;
  #written = 0;
  #withoutVersion = 0;

  private constructor(gateway: GatewayProcess) {
    this.#gateway = gateway;
  }

  static async start(dataDir: string, isRecording: boolean): Promise<Writer> {
    const env = { SALLYPORT_VERSIONS_ENABLED: String(isRecording) };
    const gateway = await GatewayProcess.start({ dataDir, env });
    await gateway.call('POST', secrets, { name: 'bench', stringData: { password: 'first' } });
    return new Writer(gateway);
  }

  get tookMs(): readonly number[] {
    return this.#tookMs;
  }

  get withoutVersion(): number {
    return this.#withoutVersion;
  }

  async write(count: number): Promise<void> {
    const before = this.#gateway.figures.cpuMs;
    for (let made = 0; made < count; made += 1) {
      this.#written += 1;
      const body = { stringData: { password: `value-${this.#written}` } };
      const { text, tookMs } = await this.#gateway.call('PATCH', `${secrets}/bench`, body);
      this.#tookMs.push(tookMs);
      const { version } = JSON.parse(text) as { readonly version: number | null };
      if (version === null) this.#withoutVersion += 1;
    }
    this.#cpuMs += this.#gateway.figures.cpuMs - before;
  }

  /** What has been measured until now. */
  forget(): void {
    this.#tookMs = [];
    this.#cpuMs = 0;
    this.#withoutVersion = 0;
  }

  cpuOfEach(): string {
    return (this.#cpuMs / this.#tookMs.length).toFixed(1);
  }

  stop(): Promise<void> {
    return this.#gateway.stop();
  }
}

import { AppLogger } from '../../platform/telemetry/app-logger.js';
import type { Gateway } from '../gateway.js';
import type { OpenedSandbox } from './open-sandbox.js';

const EVERY_MS = 60_000;

/** Renews tokens and certificate in time; retries a minute after a failure. */
export function scheduleRenewal(sandbox: OpenedSandbox, gateway: Gateway): NodeJS.Timeout {
  const renew = async (): Promise<void> => {
    if (await sandbox.keepUp()) gateway.renewCertificate();
  };
  return setInterval(() => {
    renew().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      gateway.app.get(AppLogger).alarm(`the sandbox's files are not renewed: ${why}`);
    });
  }, EVERY_MS).unref();
}

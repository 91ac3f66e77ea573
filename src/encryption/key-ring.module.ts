import { type FactoryProvider, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { GatewayEvents } from '../audit/gateway-events.service.js';
import { AuditLog } from '../audit/log/audit-log.js';
import { Resources } from '../platform/lifecycle/resources.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { EncryptionModule } from './encryption.module.js';
import { KeyMaterial } from './key-material.js';
import { KeyRing } from './key-ring.js';
import { keyRingOf } from './open-key-ring.js';
import { StoredKeyRing } from './stored-key-ring.js';

const ring: FactoryProvider<Promise<StoredKeyRing>> = {
  provide: StoredKeyRing,
  // AuditLog: no key is rotated in a start that the key of the log ends.
  inject: [KeyMaterial, GatewayEvents, AppLogger, Resources, AuditLog],
  useFactory: async (
    material: KeyMaterial,
    events: GatewayEvents,
    logger: AppLogger,
    resources: Resources,
  ) => {
    const opened = await keyRingOf(material, {
      record: (encryptionKey) => events.record({ action: 'keys.rotate', encryptionKey }),
      onAlarm: (message) => logger.alarm(message),
    });
    resources.defer(() => opened.close());
    return opened;
  },
};

/** Seals and opens stored data; a change of its active key is recorded first. */
@Module({
  imports: [EncryptionModule, AuditModule],
  providers: [ring, { provide: KeyRing, useExisting: StoredKeyRing }],
  exports: [KeyRing],
})
export class KeyRingModule implements OnApplicationBootstrap {
  readonly #ring: StoredKeyRing;
  readonly #resources: Resources;

  constructor(opened: StoredKeyRing, resources: Resources) {
    this.#ring = opened;
    this.#resources = resources;
  }

  /** Runs after the bootstrap of the trail, so that a stop ends rotations before it signs. */
  onApplicationBootstrap(): void {
    this.#resources.defer(() => this.#ring.stop());
    this.#ring.start();
  }
}

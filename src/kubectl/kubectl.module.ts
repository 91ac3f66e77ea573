import { type DynamicModule, Module } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Config } from '../platform/config/config.schema.js';
import { GatewayAddress } from './gateway-address.js';
import { KubeconfigController } from './kubeconfig.controller.js';
import { KubeconfigService } from './kubeconfig.service.js';

/** How clients are told of the façade; the façade itself is none of Nest's. */
@Module({})
export class KubectlModule {
  static with(config: Pick<Config, 'listen' | 'kubectl'>): DynamicModule {
    const { enabled: isEnabled, certificateAuthority } = config.kubectl;
    return {
      module: KubectlModule,
      controllers: [KubeconfigController],
      providers: [
        { provide: GatewayAddress, useValue: new GatewayAddress(config) },
        {
          provide: KubeconfigService,
          inject: [AuditService, GatewayAddress],
          useFactory: (audit: AuditService, address: GatewayAddress) =>
            new KubeconfigService({ audit, address, isEnabled, certificateAuthority }),
        },
      ],
    };
  }
}

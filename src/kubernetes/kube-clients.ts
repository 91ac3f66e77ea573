import { Injectable } from '@nestjs/common';
import { BrokerKubeClient } from './broker-kube.client.js';
import { CallerKubeClient } from './caller-kube.client.js';
import { SelfKubeClient } from './self-kube.client.js';

/** Three clients, for code that compares them. */
@Injectable()
export class KubeClients {
  readonly self: SelfKubeClient;
  readonly caller: CallerKubeClient;
  readonly broker: BrokerKubeClient;

  constructor(self: SelfKubeClient, caller: CallerKubeClient, broker: BrokerKubeClient) {
    this.self = self;
    this.caller = caller;
    this.broker = broker;
  }
}

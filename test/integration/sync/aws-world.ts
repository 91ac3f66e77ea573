import { Agent } from 'node:https';
import { SignJWT } from 'jose';
import { SecretValue } from '../../../src/core/secret-value.js';
import { compileEgress } from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import { AwsClient, type AwsService } from '../../../src/sync/stores/aws/aws-client.js';
import {
  type AwsCredentialSource,
  staticCredentials,
} from '../../../src/sync/stores/aws/aws-credentials.js';
import { WebIdentity } from '../../../src/sync/stores/aws/web-identity.js';
import { StoreTransport } from '../../../src/sync/stores/store-transport.js';
import {
  motoAudience,
  motoRegion,
  motoRoleArn,
  type TestAwsKey,
  type TestMoto,
} from '../../services/moto.js';

export interface AwsWorld {
  readonly audience?: string;
  readonly allowed?: string;
  readonly ca?: string;
  /** Key of a user instead of a web identity. */
  readonly key?: TestAwsKey;
  /** Called at each exchange of a web identity. */
  readonly onExchange?: () => void;
  readonly nowMs?: () => number;
}

/** A client of a service of moto, over the transport of the gateway. */
export function awsClient(moto: TestMoto, service: AwsService, world: AwsWorld = {}): AwsClient {
  const { audience = motoAudience, allowed, ca, key, onExchange, nowMs = Date.now } = world;
  const { host, port } = moto.server;
  const allow = [{ host: allowed ?? host, port, addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  const transport = new StoreTransport({
    url: moto.url,
    ca: ca ?? moto.server.ca,
    resolve: (url, signal) => egress.resolve(url.hostname, Number(url.port), undefined, signal),
  });
  const webIdentity = new WebIdentity({
    ...{ transport, roleArn: motoRoleArn, sessionName: 'pay.sync', nowMs },
    identity: () => {
      onExchange?.();
      return tokenFor(audience);
    },
  });
  const credentials = key === undefined ? webIdentity : credentialsOf(key);
  const place = { transport, url: moto.url, region: motoRegion };
  return new AwsClient({ ...place, service, credentials, nowMs: Date.now });
}

/** Options of AWS' own clients for moto, with a key that has all rights. */
export function sdkOptions({ url, server, admin }: TestMoto) {
  const httpsAgent = new Agent({ ca: server.ca });
  return {
    ...{ region: motoRegion, endpoint: url.href, credentials: admin, maxAttempts: 1 },
    requestHandler: { httpsAgent },
  };
}

function credentialsOf({ accessKeyId, secretAccessKey }: TestAwsKey): AwsCredentialSource {
  const secret = SecretValue.fromBytes(Buffer.from(secretAccessKey));
  return staticCredentials({ accessKeyId, secretAccessKey: secret });
}

/** A token of a ServiceAccount, which moto reads for its audience. */
export async function tokenFor(audience: string): Promise<SecretValue> {
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audience)
    .setSubject('system:serviceaccount:pay:sync')
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new Uint8Array(32));
  return SecretValue.fromBytes(Buffer.from(token));
}

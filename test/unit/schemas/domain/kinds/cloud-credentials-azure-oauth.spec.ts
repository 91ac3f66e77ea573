import { randomBytes } from 'node:crypto';
import { describeKind } from './kind-table.js';

const key = randomBytes(64).toString('base64');
const short = randomBytes(32).toString('base64');
const id = '00000000-0000-0000-0000-000000000000';
const storage = `DefaultEndpointsProtocol=https;AccountName=storagesample;AccountKey=${key}`;
const bus = 'Endpoint=sb://myns.servicebus.windows.net/';
const rule = 'SharedAccessKeyName=RootManageSharedAccessKey';
const hub = 'HostName=myhub.azure-devices.net';
const signature = 'sv=2015-07-08&sig=iCvQmdZngZNW%2F4vw43j6%2BVz6fndHF5LI639QJba4r8o%3D&spr=https';
const noPairs = 'must be name=value with semicolons between';
const nothing = 'must have a key, a signature or a secret';
const noPlace = 'must have an Endpoint or a HostName';
const lineEnd = 'must not have a line end';
const noAccountKey = 'must have a valid AccountKey';
const noAccountName = 'must have a valid AccountName';
const noSharedKey = 'must have a valid SharedAccessKey';

describeKind({
  kind: 'azure-connection-string',
  good: [
    // https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string
    storage,
    `${storage};EndpointSuffix=core.windows.net`,
    `${storage};EndpointSuffix=core.chinacloudapi.cn;`,
    `${storage};BlobEndpoint=http://www.mydomain.com;`,
    'UseDevelopmentStorage=true',
    'UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://myProxyUri',
    `BlobEndpoint=https://storagesample.blob.core.windows.net;SharedAccessSignature=${signature}`,
    `AccountName=devstoreaccount1;AccountKey=${key};DefaultEndpointsProtocol=http;` +
      'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;',
    // Tables of Cosmos DB.
    `DefaultEndpointsProtocol=https;AccountName=my-cosmos-account;AccountKey=${key};` +
      'TableEndpoint=https://my-cosmos-account.table.cosmos.azure.com:443/;',
    `AccountEndpoint=https://mydb.documents.azure.com:443/;AccountKey=${key};`,
    // https://learn.microsoft.com/en-us/azure/service-bus-messaging/
    `${bus};${rule};SharedAccessKey=${short}`,
    `${bus};${rule};SharedAccessKey=${short};EntityPath=my-queue`,
    `${bus};SharedAccessSignature=SharedAccessSignature sr=x&sig=y&se=1&skn=z`,
    `${bus};SharedAccessSignature=SharedAccessSignature sig=y&sr=x&se=1&skn=z`,
    `Endpoint=sb://localhost;${rule};SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;`,
    // https://learn.microsoft.com/en-us/azure/iot-hub/
    `${hub};SharedAccessKeyName=iothubowner;SharedAccessKey=${short}`,
    `${hub};DeviceId=device1;SharedAccessKey=${short}`,
    `${hub};DeviceId=device1;ModuleId=m1;SharedAccessKey=${short};GatewayHostName=edge`,
    `${hub};DeviceId=device1;SharedAccessSignature=SharedAccessSignature sr=x&sig=y&se=1`,
    // https://learn.microsoft.com/en-us/azure/azure-monitor/app/connection-strings
    `InstrumentationKey=${id}`,
    `InstrumentationKey=${id};EndpointSuffix=ai.contoso.com;`,
    `InstrumentationKey=${id};IngestionEndpoint=https://x.in.applicationinsights.azure.com/;` +
      `LiveEndpoint=https://x.livediagnostics.monitor.azure.com/;ApplicationId=${id}`,
    `Endpoint=https://my.azconfig.io;Id=0000-l0-s0:xxxxxxxxxxxxxxxxxxxx;Secret=${short}`,
    // https://learn.microsoft.com/en-us/azure/azure-signalr/concept-connection-string
    `Endpoint=https://foo.service.signalr.net;AccessKey=${short};Version=1.0;`,
    `endpoint=https://my.communication.azure.com/;accesskey=${key}`,
    `Endpoint=https://foo.webpubsub.azure.com;AccessKey=${short};Version=1.0;`,
  ],
  bad: [
    ['', noPairs],
    [';', noPairs],
    [`+${key.slice(1)}`, noPairs],
    ['https://storagesample.blob.core.windows.net/', noPairs],
    ['Server=tcp:x.database.windows.net,1433;User ID=alice;Password=secret12;', noPairs],
    [`${storage};;`, noPairs],
    [`${storage}\n`, lineEnd],
    [storage.replaceAll(';', ';\n'), lineEnd],
    [`${storage};AccountName=other`, 'must not have a name twice'],
    [`${storage};accountname=other`, 'must not have a name twice'],
    ['DefaultEndpointsProtocol=https;AccountName=storagesample', nothing],
    ['BlobEndpoint=https://storagesample.blob.core.windows.net', nothing],
    [`${hub};DeviceId=device1;x509=true`, /^lacks SharedAccessKey$/m],
    ['name=value', nothing],
    [storage.replace('storagesample', 'Storage Sample'), noAccountName],
    [storage.replace('storagesample', ''), noAccountName],
    [`AccountKey=${key}`, 'lacks AccountName'],
    [storage.replace(key, '<account-key>'), noAccountKey],
    [storage.replace(key, 'short'), noAccountKey],
    [storage.replace(key, encodeURIComponent(`${key.slice(0, -4)}+/==`)), noAccountKey],
    [`AccountEndpoint=https://mydb.documents.azure.com:443/`, 'lacks AccountKey'],
    [
      `AccountEndpoint=mydb.documents.azure.com;AccountKey=${key}`,
      'must have a valid AccountEndpoint',
    ],
    [`BlobEndpoint=https://x;SharedAccessSignature=sv=1&spr=https`, /SharedAccessSignature$/],
    [`${rule};SharedAccessKey=${short}`, noPlace],
    [`${bus.replace('sb:', 'amqp:')};${rule};SharedAccessKey=${short}`, noPlace],
    [`${bus};${rule};SharedAccessKey=SAS_KEY_VALUE`, noSharedKey],
    [`${bus};SharedAccessKey=${short}`, 'lacks SharedAccessKeyName'],
    [`${hub};DeviceId=;SharedAccessKey=${short}`, 'must have a valid DeviceId'],
    ['InstrumentationKey=my-key', 'must have a valid InstrumentationKey'],
    [`InstrumentationKey=${id}0`, 'must have a valid InstrumentationKey'],
    [`Endpoint=http://my.azconfig.io;Id=x;Secret=${short}`, 'must have a valid Endpoint'],
    [`AccessKey=${short};Version=1.0;`, 'lacks Endpoint'],
    ['UseDevelopmentStorage=yes', 'must have a valid UseDevelopmentStorage'],
    ['a=b;'.repeat(51), noPairs],
    [Buffer.from('AccountKey=\xe9', 'latin1'), 'must be UTF-8'],
  ],
  words: [
    ' AccountKey',
    ' AccountName',
    ' AccountEndpoint',
    ' SharedAccessKeyName',
    ' SharedAccessSignature',
    ' InstrumentationKey',
    ' UseDevelopmentStorage',
    ' DeviceId',
    ' Endpoint',
  ],
});

/** https://developers.google.com/identity/protocols/oauth2 */
const client = {
  client_id: '1234567890-abc.apps.googleusercontent.com',
  project_id: 'my-project',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
  auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
  client_secret: 'notasecret-example',
};

function clientWith(changes: object, kind?: 'web' | 'installed'): string {
  const whole = { ...client, ...changes };
  return JSON.stringify(kind === undefined ? whole : { [kind]: whole });
}

const noObject = /^must be a JSON object(?:: mistake at line \d+, column \d+)?$/;
const noMember = 'must have an object in web or installed';
const noId = 'must have a text of ASCII characters in client_id';
const noSecret = 'must have a text of ASCII characters in client_secret';
const noList = 'must have a list of absolute URIs in redirect_uris';

describeKind({
  kind: 'oauth-client',
  good: [
    clientWith({}),
    clientWith({}, 'web'),
    clientWith({ redirect_uris: ['https://www.example.com/oauth2callback'] }, 'web'),
    clientWith({ redirect_uris: ['https://a.example/', 'https://b.example/?x=1'] }, 'web'),
    clientWith({ javascript_origins: ['https://www.example.com'] }, 'web'),
    clientWith({ redirect_uris: ['http://localhost'] }, 'installed'),
    clientWith({ redirect_uris: ['urn:ietf:wg:oauth:2.0:oob', 'http://localhost'] }, 'installed'),
    clientWith({ redirect_uris: ['com.example.app:/oauth2redirect'] }, 'installed'),
    clientWith({ redirect_uris: ['http://127.0.0.1:8080/callback'] }),
    '{"client_id": "s6BhdRkqt3", "client_secret": "7Fjfp0ZBr1KtDRbnfVdmIw"}',
    '{"client_id": "a b", "client_secret": "with space and ~!@#$%^&*()"}',
    // RFC 7591, section 3.2.1.
    JSON.stringify({
      client_id: 's6BhdRkqt3',
      client_secret: 'cf136dc3c1fc93f31185e5885805d',
      client_id_issued_at: 2_893_256_800,
      client_secret_expires_at: 2_893_276_800,
      redirect_uris: [
        'https://client.example.org/callback',
        'https://client.example.org/callback2',
      ],
      grant_types: ['authorization_code', 'refresh_token'],
      client_name: 'My Example Client',
      token_endpoint_auth_method: 'client_secret_basic',
      logo_uri: 'https://client.example.org/logo.png',
    }),
    clientWith({ issuer: 'https://accounts.google.com' }),
    clientWith({ issuer: 'https://keycloak.example.com/realms/main' }),
    clientWith({ authorization_endpoint: 'https://login.example.com/authorize' }),
    clientWith({ token_endpoint: 'https://login.example.com/token?x=1' }),
    clientWith({ scopes: ['openid'], tenant: null }),
    `\n${JSON.stringify(client, undefined, 2)}\n`,
    clientWith({ client_id: '6779ef20e75817b79602' }),
    clientWith({ client_id: '00000000-0000-0000-0000-000000000000' }),
    clientWith({ auth_uri: undefined, token_uri: undefined }, 'installed'),
    clientWith({ client_name: 'Élise' }),
  ],
  bad: [
    ['', noObject],
    ['[]', noObject],
    ['"notasecret-example"', noObject],
    ['client_id=1234567890', noObject],
    [clientWith({}).slice(0, -1), noObject],
    ['{"client_id": "a", "client_id": "b", "client_secret": "c"}', noObject],
    ['{"web": []}', noMember],
    ['{"web": "client_id"}', noMember],
    ['{"installed": 1}', noMember],
    ['{}', ['lacks client_id', 'lacks client_secret']],
    ['{"web": {}}', ['lacks client_id', 'lacks client_secret']],
    [
      JSON.stringify({ clientId: 'a', clientSecret: 'b' }),
      ['lacks client_id', 'lacks client_secret'],
    ],
    [clientWith({ client_id: undefined }), 'lacks client_id'],
    [clientWith({ client_id: null }), noId],
    [clientWith({ client_id: '' }), noId],
    [clientWith({ client_id: 1_234_567_890 }), noId],
    [clientWith({ client_id: '1234567890\n' }, 'web'), noId],
    // Clients of Android and iOS have no secret.
    [clientWith({ client_secret: undefined }, 'installed'), 'lacks client_secret'],
    [clientWith({ client_secret: '' }), noSecret],
    [clientWith({ client_secret: null }), noSecret],
    [clientWith({ client_secret: 'sécret-example' }), noSecret],
    [clientWith({ client_secret: 'secret-example\n' }), noSecret],
    [clientWith({ redirect_uris: [] }, 'web'), noList],
    [clientWith({ redirect_uris: 'https://www.example.com/' }, 'web'), noList],
    [clientWith({ redirect_uris: ['/oauth2callback'] }, 'web'), noList],
    [clientWith({ redirect_uris: ['www.example.com'] }, 'web'), noList],
    [clientWith({ redirect_uris: ['https://www.example.com/#fragment'] }, 'web'), noList],
    [clientWith({ redirect_uris: [null] }, 'web'), noList],
    [clientWith({ auth_uri: 'accounts.google.com' }), 'must have an absolute URI in auth_uri'],
    [clientWith({ token_uri: '/token' }, 'web'), 'must have an absolute URI in token_uri'],
    [clientWith({ token_uri: 42 }), 'must have an absolute URI in token_uri'],
    [clientWith({ issuer: '' }), 'must have an absolute URI in issuer'],
    [clientWith({ token_endpoint: '/t' }), 'must have an absolute URI in token_endpoint'],
    [Buffer.from('{"client_id": "\xe9"}', 'latin1'), 'must be UTF-8'],
  ],
  words: [
    'client_id',
    'client_secret',
    'redirect_uris',
    'token_endpoint',
    'token_uri',
    'installed',
  ],
});

import { unescaped } from '../../../../../src/schemas/domain/kinds/url-parts.js';
import { describeKind } from './kind-table.js';

const noHost = 'must name a host';
const wrongHost = 'has a host or a port that is none';
const space = 'must not have a space or a line end';
const percent = 'has a % that begins no encoding';
const noMongo = 'must begin with mongodb:// or mongodb+srv://';
const noRedis = 'must begin with redis:// or rediss:// or valkey:// or valkeys://';
const oneSrv = 'must have one host without a port, as it is mongodb+srv';
const noNumber = 'the database after / must be a number';
const set = 'mongodb0.example.com:27017,mongodb1.example.com:27017,mongodb2.example.com:27017';

describeKind({
  kind: 'dsn.mongodb',
  good: [
    // https://www.mongodb.com/docs/manual/reference/connection-string/
    'mongodb://localhost',
    'mongodb://mongodb0.example.com:27017',
    `mongodb://${set}/?replicaSet=myRepl`,
    `mongodb://myDatabaseUser:D1fficultP%40ssw0rd@${set}/?authSource=admin&replicaSet=myRepl`,
    'mongodb://myDatabaseUser:D1fficultP%40ssw0rd@mongodb0.example.com:27017/?authSource=admin',
    'mongodb://u:p@mongos0.example.com:27017,mongos1.example.com:27017/?authSource=admin',
    'mongodb+srv://server.example.com/',
    'mongodb+srv://server.example.com/?connectTimeoutMS=300000&authSource=aDifferentAuthDB',
    'mongodb+srv://myDatabaseUser:D1fficultP%40ssw0rd@cluster0.example.mongodb.net/' +
      '?retryWrites=true&w=majority',
    'mongodb://%2Ftmp%2Fmongodb-27017.sock',
    'mongodb://user%3Aname:D1fficult%2Fpass%25@%2Ftmp%2Fmongodb-27017.sock/test',
    'mongodb://[fe80::1]:27017,[2001:db8::1]/db',
    `mongodb://${set}/?readPreference=secondary&readPreferenceTags=dc:ny,r:1&readPreferenceTags=`,
    'mongodb://localhost/?tls=true&tlsAllowInvalidCertificates=false&ssl=true',
    'mongodb://localhost/?directConnection=true&serverSelectionTimeoutMS=2000&appName=mongosh',
    'mongodb+srv://cluster0.example.com/test?authSource=%24external&authMechanism=MONGODB-AWS',
    'mongodb://u%40REALM@h.example.com/?authMechanism=GSSAPI&authSource=%24external',
    'mongodb://CN%3Dclient@h/?authMechanism=MONGODB-X509&tls=true',
    'mongodb://localhost?retryReads=false',
    'mongodb://user:@localhost/',
    'mongodb://user@localhost/admin',
    'mongodb://h/?compressors=snappy,zlib&zlibCompressionLevel=3&maxPoolSize=50&journal=true',
    'mongodb+srv://u:p@example.com/?srvServiceName=custom&srvMaxHosts=3&tls=false',
    'mongodb://a:1,b:65535/a-b_c',
  ],
  bad: [
    ['', noMongo],
    ['localhost:27017', noMongo],
    ['mongo://localhost', noMongo],
    ['mongodb:localhost', noMongo],
    ['mongodb+srv:/server.example.com', noMongo],
    ['mongosh "mongodb://localhost"', noMongo],
    ['https://server.example.com', noMongo],
    ['mongodb://', noHost],
    ['mongodb:///database', noHost],
    ['mongodb://user:secret@/admin', noHost],
    ['mongodb://host1,,host2/admin', noHost],
    ['mongodb://localhost\n', space],
    ['mongodb://host1, host2/admin', space],
    ['mongodb://user:p@ssw0rd@localhost', unescaped],
    ['mongodb://user:pass/word@localhost', unescaped],
    ['mongodb://user:pass:word@localhost', unescaped],
    ['mongodb://user:pass#word@localhost', unescaped],
    ['mongodb:///tmp/mongodb-27017.sock', /^must name a host$/m],
    ['mongodb://user:100%@localhost', percent],
    ['mongodb://localhost:port', wrongHost],
    ['mongodb://localhost:65536', wrongHost],
    ['mongodb://fe80::1/admin', wrongHost],
    ['mongodb+srv://server.example.com:27017/', oneSrv],
    ['mongodb+srv://one.example.com,two.example.com/', oneSrv],
    ['mongodb+srv://localhost/', 'must have a domain name, as it is mongodb+srv'],
    ['mongodb://localhost/database/collection', 'must have one database after the host'],
    ['mongodb://:secret@localhost/', 'must not have an empty user'],
    ['mongodb://localhost/?tls=yes', 'must have true or false for tls'],
    ['mongodb://localhost/?retryWrites=1', 'must have true or false for retryWrites'],
    ['mongodb://h/?directConnection=', 'must have true or false for directConnection'],
    [Buffer.from('mongodb://u:\xe9@localhost', 'latin1'), 'must be UTF-8'],
  ],
  words: ['mongodb://', 'mongodb+srv://', ' retryWrites', ' directConnection'],
});

describeKind({
  kind: 'dsn.redis',
  good: [
    // https://www.iana.org/assignments/uri-schemes/prov/redis
    'redis://user:secret@localhost:6379/0?foo=bar&qux=baz',
    'redis://localhost',
    'redis://localhost:6379',
    'redis://localhost/',
    'redis://localhost/15',
    'redis://localhost?db=2&password=secret',
    // https://github.com/redis/ioredis#connect-to-redis
    'redis://:authpassword@127.0.0.1:6380/4',
    'redis://username:authpassword@127.0.0.1:6380/4',
    'redis://127.0.0.1:6380/4?allowUsernameInURI=true',
    'rediss://127.0.0.1',
    // https://redis.io/docs/latest/develop/tools/cli/
    'redis://LJenkins:p%40ssw0rd@redis-16379.hosted.com:16379/0',
    // https://redis.readthedocs.io/en/stable/connections.html
    'redis://username:password@localhost:6379/0',
    'rediss://[::1]:6379/0?ssl_cert_reqs=required&decode_responses=True',
    'redis://user@localhost',
    'redis://user:@localhost',
    'redis://h:pa%2Fss%3A%3D@redis.default.svc:6379',
    'valkey://localhost:6379/1',
    'valkeys://user:secret@valkey.example.com:6380',
    'REDIS://LOCALHOST',
    'rediss://default:pa$$!*@eu1-x-12345.upstash.io:6379',
    'redis://localhost:6379?family=6',
    'rediss://:key%3D@name.redis.cache.windows.net:6380',
  ],
  bad: [
    ['', noRedis],
    ['localhost:6379', noRedis],
    ['127.0.0.1', noRedis],
    ['http://localhost:6379', noRedis],
    ['redis:localhost', noRedis],
    ['unix:///var/run/redis.sock', noRedis],
    ['redis-socket:///tmp/redis.sock', noRedis],
    ['name.redis.cache.windows.net:6380,password=secret,ssl=True', noRedis],
    ['redis-cli -u redis://localhost', noRedis],
    ['redis://', noHost],
    ['redis:///0', noHost],
    ['redis://:secret12@', noHost],
    ['redis://localhost\n', space],
    ['redis://:my secret@localhost', space],
    ['redis://:p@ssword@localhost', unescaped],
    ['redis://:pass/word@localhost', unescaped],
    ['redis://:pass#word@localhost', unescaped],
    ['redis://:pass?word@localhost', unescaped],
    ['redis://:a:b@localhost', unescaped],
    ['redis://:100%@localhost', percent],
    ['redis://localhost:redis', wrongHost],
    ['redis://localhost:65536', wrongHost],
    ['redis://secret:password', wrongHost],
    ['redis://one:6379,two:6379/0', 'must have one host'],
    ['redis://localhost/mydatabase', noNumber],
    ['redis://localhost/0/1', noNumber],
    ['redis://localhost/-1', noNumber],
    ['redis://localhost/0/', noNumber],
    ['redis://localhost/0#1', 'must not have a # with a text after it'],
    [Buffer.from('redis://:\xe9@localhost', 'latin1'), 'must be UTF-8'],
  ],
  words: [' redis://', ' rediss://'],
});

// Loaded before every spec file. In Node 24.21 `X509Certificate.toLegacyObject` leaves `node:tls`
// without `createSecureContext` for the rest of a process that has not loaded it before.
import 'node:tls';

import { describe, expect, it } from 'vitest';
import { gatewayServer, namedServer } from '../../../../src/cli/kubeconfig/server-address.js';

describe('the server that a gateway names', () => {
  it.each([
    ['https://gate.example.com/kubernetes', 'https://gate.example.com'],
    ['https://gate.example.com:8443/kubernetes', 'https://GATE.example.com/'],
    ['http://127.0.0.1:8420/kubernetes', 'http://127.0.0.1:8420'],
    ['https://127.0.0.1:8421/kubernetes', 'http://localhost:8420'],
  ])('is used: %s of %s', (server, address) => {
    expect(gatewayServer(server, address)).toBe(server);
  });

  it.each([
    ['http://gate.example.com/kubernetes', 'https://gate.example.com', 'has no https'],
    ['file:///kubernetes', 'https://gate.example.com', 'has no https'],
    ['nonsense', 'https://gate.example.com', 'has no https'],
    ['https://evil.test/kubernetes', 'https://gate.example.com', 'gate.example.com names the'],
    ['https://gate.example.com.evil.test/', 'https://gate.example.com', 'on another host'],
    ['https://gate.example.com@evil.test/', 'https://gate.example.com', 'on another host'],
    ['http://127.0.0.1:1/kubernetes', 'https://gate.example.com', 'http://127.0.0.1:1/kubernetes'],
    ['https://evil.test/\u001b[2J', 'https://gate.example.com', '\ufffd[2J'],
  ])('is refused: %s of %s', (server, address, message) => {
    expect(() => gatewayServer(server, address)).toThrow(message);
  });
});

describe('the server that the user names', () => {
  it.each([
    ['https://other.test', 'https://other.test/kubernetes'],
    ['https://other.test/kubernetes/', 'https://other.test/kubernetes'],
    ['http://localhost:1', 'http://localhost:1/kubernetes'],
  ])('can be on another host: %s', (text, server) => {
    expect(namedServer(text)).toBe(server);
  });

  it.each([
    ['http://other.test', 'must begin with https://'],
    ['other', 'is not a URL'],
  ])('is refused: %s', (text, message) => {
    expect(() => namedServer(text)).toThrow(message);
  });
});

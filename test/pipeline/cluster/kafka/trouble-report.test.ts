import assert from 'node:assert/strict';
import { isRefusal, troubleReport } from '../../../../pipeline/cluster/kafka/trouble-report.ts';
import { noLog } from '../../../../pipeline/core/ports/log.ts';
import { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';

const line = (severity: number, fac: string, message: string): { severity: number; fac: string; message: string } => ({
  severity,
  fac,
  message,
});

describe('troubleReport', () => {
  it('tells the same trouble once in half a minute, and other trouble at once', async () => {
    const clock = new VirtualClock();
    const told: unknown[] = [];
    const report = troubleReport('c', clock, { ...noLog, warn: ({ reason }) => void told.push(reason) });
    for (let again = 0; again < 3; again += 1) report.error({ message: 'all brokers down' });
    report.error({ message: 'other' });
    await clock.advance(29_999);
    report.error({ message: 'all brokers down' });
    await clock.advance(1);
    report.error({ message: 'all brokers down' });
    assert.deepEqual(told, ['all brokers down', 'other', 'all brokers down']);
  });

  it('tells errors of the client as trouble and the rest as details', () => {
    const told: string[] = [];
    const log = { ...noLog, warn: () => void told.push('warn'), debug: () => void told.push('debug') };
    const report = troubleReport('c', new VirtualClock(), log);
    report.line(line(3, 'FAIL', 'connection refused'));
    report.line(line(6, 'INIT', 'initialised'));
    assert.deepEqual(told, ['warn', 'debug']);
  });

  it('knows from the log that the brokers refuse who we are', () => {
    assert.equal(isRefusal(line(3, 'FAIL', 'SASL authentication error: Authentication failed')), true);
    assert.equal(isRefusal(line(3, 'FAIL', 'SSL handshake failed: certificate verify failed')), true);
    assert.equal(isRefusal(line(3, 'OIDC', 'Failed to retrieve OIDC token: {"error":"invalid_client"} (401)')), true);
    assert.equal(isRefusal(line(3, 'FAIL', 'Connect to 127.0.0.1:9092 failed: Connection refused')), false);
    assert.equal(isRefusal(line(6, 'INIT', 'builtin features ssl')), false);
  });
});

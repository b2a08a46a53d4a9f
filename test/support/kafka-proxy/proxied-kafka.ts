import { freePort } from '../free-port.ts';
import { startKafka } from '../kafka.ts';
import { type KafkaProxy, startKafkaProxy } from './kafka-proxy.ts';

/** A real Kafka with two addresses: one whose requests all go through a proxy, and one past it. */
export interface ProxiedKafka {
  /** `host:port` of the proxy. */
  readonly proxied: string;
  /** `host:port` for those who prepare and look on, and for the broker itself. */
  readonly direct: string;
  readonly proxy: KafkaProxy;
  readonly close: () => Promise<void>;
}

/** Starts a broker of its own and the proxy before it. Takes about five seconds. */
export const startProxiedKafka = async (): Promise<ProxiedKafka> => {
  const [behind, direct, controller, port] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const broker = await startKafka(
    {
      listeners: `PROXIED://127.0.0.1:${behind},DIRECT://127.0.0.1:${direct},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': `PROXIED://127.0.0.1:${port},DIRECT://127.0.0.1:${direct}`,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'listener.security.protocol.map': 'PROXIED:PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'DIRECT',
    },
    { jvm: ['-Xmx512m'] },
  );
  const proxy = await startKafkaProxy(port, behind);
  return {
    proxied: `127.0.0.1:${port}`,
    direct: `127.0.0.1:${direct}`,
    proxy,
    close: async () => {
      await proxy.close();
      await broker.close();
    },
  };
};

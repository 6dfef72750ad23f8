import { expect } from 'chai';
import { startWholeRig, type WholeRig } from '../channels/whatsapp-cloud/whole-rig.js';
import { PHONE_NUMBER_ID } from '../fakes/graph-server.js';
import { until } from '../fakes/until.js';

describe('the service told from outside', () => {
  let rig: WholeRig;

  before(async () => {
    rig = await startWholeRig();
  });
  after(() => rig.close());

  const metrics = async () => (await fetch(`${rig.test.url}/metrics`)).text();

  it('counts a message in, its answer out, and the state of the channel', async () => {
    const siti = rig.citizen('6281399990001');
    await siti.say('halo');
    await until('a greeting', () => siti.heard().length === 1);
    const of = `channel="whatsapp_cloud",account="${PHONE_NUMBER_ID}"`;
    await until('ready', async () => (await metrics()).includes(`kanal_channel_state{${of},state="ready"} 1`));
    const text = await metrics();
    expect(text)
      .to.include('kanal_messages_received_total{channel="whatsapp_cloud"} 1')
      .and.to.include(`kanal_messages_sent_total{${of}} 1`)
      .and.to.include('kanal_ack_seconds_count 1')
      .and.to.include(`kanal_queue_length{queue="messages",${of}} 0`)
      .and.to.include('kanal_turns_committed_total 1')
      .and.to.include('kanal_store_up 1');
    expect(text).to.not.include('6281399990001').and.not.include('canary');
  });

  it('shows channels to nobody who is not signed in', async () => {
    expect((await fetch(`${rig.test.url}/api/staff/channels`)).status).to.equal(401);
  });
});

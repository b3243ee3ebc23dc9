// How well what one sends gets through, reckoned from what WebRTC reports of the connection.

/** A round trip of up to 300 ms, 150 each way, is not noticed in a talk, and one above 800 makes people talk over each
 * other (ITU-T G.114); of what is lost more than a twentieth is seen and heard. */
const NOTICED_MS = 300;
const HARMFUL_MS = 800;
const NOTICED_LOST = 0.02;
const HARMFUL_LOST = 0.05;

/** Between two reports (`RTCStatsReport`, or any map like it): `{level, ms, lost, kbits}` with the round trip in
 * milliseconds and the lost share, or null while the other end has told nothing. */
export function quality(now, before) {
  const [told, sent] = [of(now, "remote-inbound-rtp"), of(now, "outbound-rtp")];
  const trips = told.map(({ roundTripTime }) => roundTripTime).filter((one) => one >= 0);
  if (!trips.length) return null;
  const ms = Math.round(1000 * Math.max(...trips));
  const lost = Math.max(0, ...told.map(({ fractionLost }) => fractionLost ?? 0));
  const earlier = before ? of(before, "outbound-rtp") : [];
  const seconds = earlier.length ? (sent[0]?.timestamp - earlier[0].timestamp) / 1000 : 0;
  const kbits = seconds > 0 ? Math.max(0, Math.round((8 * (octets(sent) - octets(earlier))) / 1000 / seconds)) : 0;
  return { level: levelOf(ms, lost), ms, lost, kbits };
}

function levelOf(ms, lost) {
  if (ms > HARMFUL_MS || lost > HARMFUL_LOST) return "bad";
  return ms > NOTICED_MS || lost > NOTICED_LOST ? "fair" : "good";
}

const of = (report, type) => [...report.values()].filter((one) => one.type === type);
const octets = (sent) => sent.reduce((sum, { bytesSent }) => sum + (bytesSent ?? 0), 0);

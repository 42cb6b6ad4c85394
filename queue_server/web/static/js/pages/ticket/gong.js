/* The phone's ring, made on the phone: the hall's gong an octave higher, and nothing to fetch.
 *
 * A phone's loudspeaker gives little below 1 kHz. Partials and easing are those of queue_server/speech/chime.py.
 */

const RATE_HZ = 22_050; // the highest partial lies at 5.5 kHz; half the samples of 44,100 for a slow processor
const LENGTH_S = 1.2;
const PEAK = 0.9; // a phone is heard from a bag or not at all; the hall's own gong stays at 0.5
const ATTACK_S = 0.008; // a tone swells this long: no click
const RELEASE_S = 0.06; // and is faded over this to exact silence
const TONES = [
  { startsAtS: 0, pitchHz: 1_318.51 }, // E6
  { startsAtS: 0.32, pitchHz: 1_046.5 }, // C6
];
const PARTIALS = [
  { multiple: 1, strength: 1, decayS: 0.52 },
  { multiple: 2, strength: 0.28, decayS: 0.3 },
  { multiple: 3.01, strength: 0.12, decayS: 0.16 },
  { multiple: 4.2, strength: 0.05, decayS: 0.08 },
];

/** For a speaker's play(): the whole ring as one buffer of the context, mono. */
export function gong(context) {
  const wave = Float32Array.from({ length: Math.round(RATE_HZ * LENGTH_S) }, (_, index) => amplitude(index / RATE_HZ));
  const scale = PEAK / wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const buffer = context.createBuffer(1, wave.length, RATE_HZ);
  buffer.copyToChannel(wave.map((value) => value * scale), 0);
  return buffer;
}

function amplitude(atS) {
  const struck = TONES.reduce((sum, { startsAtS, pitchHz }) => sum + tone(atS - startsAtS, pitchHz), 0);
  return struck * eased((LENGTH_S - atS - 1 / RATE_HZ) / RELEASE_S);
}

function tone(sinceS, pitchHz) {
  if (sinceS <= 0) return 0;
  const sound = PARTIALS.reduce(
    (sum, { multiple, strength, decayS }) =>
      sum + strength * Math.exp(-sinceS / decayS) * Math.sin(2 * Math.PI * pitchHz * multiple * sinceS),
    0,
  );
  return sound * eased(sinceS / ATTACK_S);
}

/** 0 to 1 along half a cosine: no corner at either end. */
function eased(share) {
  return 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, Math.max(0, share)));
}

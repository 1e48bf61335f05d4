"""Every Redis key of the live state. routing/moves.lua gets these names from here.

All of it can be rebuilt from Asterisk's live channels and SQL.
"""

PREFIX = "hl:"

WAITING = PREFIX + "waiting"  # zset call id -> place (entry time less head start), whole line
WAITING_LINE = PREFIX + "waiting:{line}"  # the same, one line of routing.asks
LINES = PREFIX + "lines:{place}"  # set of a place's lines that are not empty
THRESHOLDS = PREFIX + "thresholds"  # zset waiting call id -> when its next step begins
CALL = PREFIX + "call:{call_id}"  # hash: a live call
CALLS = PREFIX + "calls"  # set of live call ids
READY = PREFIX + "ready"  # zset agent code -> idle since; ready and at a seat that can be rung
READY_POOL = PREFIX + "ready:{pool}"  # the same, one pool of routing.asks
AGENT = PREFIX + "agent:{code}"  # hash: a signed-in agent
AGENTS = PREFIX + "agents"  # set of signed-in agent codes
SEAT = PREFIX + "seat:{name}"  # hash: state (routing.seat_machine), agent
LEFT = PREFIX + "left:{number}"  # hash: the place of one who was cut off; expires
LEASES = PREFIX + "leases"  # zset call id -> end of an offer's lease that nobody dialled yet
WRAP_UPS = PREFIX + "wrapups"  # zset agent code -> when wrap-up ends by itself
LEADER = PREFIX + "leader:{role}"  # string: who watches this Asterisk

# Publish/subscribe channels
CHANGES = PREFIX + "changes"  # JSON {"agent": code}, {"call": id} or {"seat": name}: has changed
WAKE = PREFIX + "wake:{owner}"  # call id: an offer waits for a caller of this FastAGI process

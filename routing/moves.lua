-- The moves: the last part of the script, after ground.lua and matching.lua.

local HOLDING = {offered = true, ringing = true, talking = true}

local function offer_of(call)
  if not call or not HOLDING[call.line] then return false end
  return {call.leg, call.call_id, call.agent, call.seat, call.seat_city, call.made_at}
end

local function offer_now(call_id) return offer_of(read(KEY.CALL(call_id))) end

-- The call that holds the offer named, or nil: the offer is over and word of it came late.
local function holder()
  local call = read(KEY.CALL(args.call_id))
  if call and HOLDING[call.line] and call.leg == args.leg then return call end
end

local function go_back(call)
  local stage = (call.stage == 'arrived' or call.stage == 'greeting') and call.stage or 'waiting'
  call.hold_until = ''
  move_call(call, 'go_back', {stage = stage, leg = '', agent = '', seat = '', seat_city = ''})
end

-- The agent goes to the next call first: one whose script is dead must not hold an agent for ever.
local function take_back(call)
  local agent = agent_of(call.agent)
  go_back(call)
  move_agent(agent, 'take_back', {call_id = '', leg = ''})
  match_agent(agent, call.call_id)
  match_call(call)
end

local function end_wrap_up(agent)
  move_agent(agent, 'end_wrap_up', {call_id = '', leg = ''})
  match_agent(agent)
end

local function wrap_up(agent)
  move_agent(agent, 'finish', {wrap_up_until = instant(now + args.limits.wrap_up)})
  if args.limits.wrap_up <= 0 then end_wrap_up(agent) end
end

local function due(key)
  return redis.call('ZRANGEBYSCORE', key, '-inf', instant(now), 'LIMIT', 0, args.most)
end

-- Whose number it is nobody knows when it is withheld.
local function left_key(number)
  return string.match(number, '^%+?%d%d%d%d%d%d%d+$') and KEY.LEFT(number)
end

local function remember(call)
  local key = left_key(call.number)
  if not key or args.limits.returned_within <= 0 then return end
  redis.call('HSET', key, 'place', call.place, 'since', call.since, 'at', instant(now))
  redis.call('EXPIRE', key, math.ceil(args.limits.returned_within))
end

-- The place of one who was cut off and calls again, worth so much at most; used once.
local function recall(call, entered)
  local key = left_key(call.number)
  local left = key and read(key)
  if not left then return end
  redis.call('DEL', key)
  if now - tonumber(left.at) > args.limits.returned_within then return end
  local earliest = entered - args.limits.returned_most
  local place = math.max(tonumber(left.place), earliest)
  if place >= tonumber(call.place) then return end
  call.place = instant(place)
  call.since = instant(math.min(entered, math.max(tonumber(left.since), earliest)))
  if call.priority == '' then call.priority = 'returned' end
end

local function change_skills(agent, skills)
  for _, pool in ipairs(pools_of(agent)) do redis.call('ZREM', pool_key(pool), agent.code) end
  write(KEY.AGENT(agent.code), agent, {skills = skills})
  index_agent(agent)
  changed('agent', agent.code)
  match_agent(agent)
end

-- ------------------------------------------------------------------------------------------- moves

local MOVE = {}

function MOVE.enter()
  local call = read(KEY.CALL(args.call_id))
  if call then
    write(KEY.CALL(call.call_id), call, {owner = args.owner, channel = args.channel})
    return offer_of(call)
  end
  local entered = tonumber(args.entered_at)
  call = {call_id = args.call_id, line = LINE.start, number = args.number, lines = '', step = '1',
    place = instant(entered - args.head_start), since = instant(entered), priority = args.priority,
    hold_until = args.prefers ~= '' and instant(now + args.limits.same_agent) or ''}
  recall(call, entered)
  redis.call('SADD', KEY.CALLS, args.call_id)
  local fields = {
    name = args.name, city = args.city, channel = args.channel, owner = args.owner,
    legs = tostring(args.legs), stage = 'arrived', entered_at = instant(entered),
    wants = args.wants, prefers = args.prefers, steps = args.steps, groups = args.groups,
  }
  for name, value in pairs(call) do fields[name] = value end
  move_call(call, 'enter', fields)
  match_call(call)
  return offer_now(args.call_id)
end

function MOVE.dialled()
  local call = holder()
  if not call or call.line == 'talking' then return 0 end
  if call.line == 'offered' then move_call(call, 'dial', {dialled_at = instant(now)}) end
  return 1
end

function MOVE.answered()
  local call = holder()
  if not call then return 0 end
  if call.line ~= 'talking' then
    move_call(call, 'answer', {answered_at = instant(now), seat_channel = args.seat_channel})
    move_agent(agent_of(call.agent), 'answer', {})
  end
  return 1
end

function MOVE.seat_failed()
  local call = holder()
  if call then
    local agent = agent_of(call.agent)
    go_back(call)
    move_agent(agent, 'fail', {failure = args.result, call_id = '', leg = ''})
    match_call(call)
  end
  return offer_now(args.call_id)
end

function MOVE.withdraw()
  local call = holder()
  if call then take_back(call) end
  return offer_now(args.call_id)
end

function MOVE.finish_talk()
  local call = read(KEY.CALL(args.call_id))
  if not call or call.line == 'served' then return 0 end
  move_call(call, 'finish', {})
  wrap_up(agent_of(call.agent))
  return 1
end

function MOVE.leave()
  local call = read(KEY.CALL(args.call_id))
  if not call then return 0 end
  local before = call.line
  if args.cut_off and before ~= 'served' then remember(call) end
  call.line = LINE.start
  index_call(call)
  redis.call('DEL', KEY.CALL(call.call_id))
  redis.call('SREM', KEY.CALLS, call.call_id)
  changed('call', call.call_id)
  if before == 'talking' then
    wrap_up(agent_of(call.agent))
  elseif HOLDING[before] then
    local agent = agent_of(call.agent)
    move_agent(agent, 'take_back', {call_id = '', leg = ''})
    match_agent(agent)
  end
  return 1
end

function MOVE.set_stage()
  local call = read(KEY.CALL(args.call_id))
  if not call then return 0 end
  if call.stage ~= args.stage then
    write(KEY.CALL(call.call_id), call, {stage = args.stage})
    changed('call', call.call_id)
  end
  return 1
end

function MOVE.sign_in()
  local agent = agent_of(args.code)
  local other = redis.call('HGET', KEY.SEAT(args.seat), 'agent')
  if other and other ~= args.code then refuse('SEAT_TAKEN', args.seat .. ': agent ' .. other) end
  if agent.seat == args.seat then
    if agent.skills == args.skills then return 0 end
    change_skills(agent, args.skills)
    return 1
  end
  agent.city, agent.skills = agent.city or args.city, agent.skills or ''
  local left = agent.seat
  agent.seat = args.seat
  move_agent(agent, 'sign_in', {call_id = '', leg = '', pause_reason = ''})
  write(KEY.AGENT(args.code), agent,
    {code = args.code, name = args.name, city = args.city, seat = args.seat, skills = args.skills})
  redis.call('SADD', KEY.AGENTS, args.code)
  redis.call('HSET', KEY.SEAT(args.seat), 'agent', args.code)
  if left then redis.call('HDEL', KEY.SEAT(left), 'agent') end
  return 1
end

function MOVE.sign_out()
  local agent = agent_of(args.code)
  if agent.state == AGENT.start then return 0 end
  move_agent(agent, 'sign_out', {})
  redis.call('DEL', KEY.AGENT(args.code))
  redis.call('SREM', KEY.AGENTS, args.code)
  redis.call('HDEL', KEY.SEAT(agent.seat), 'agent')
  return 1
end

function MOVE.ready()
  local agent = agent_of(args.code)
  move_agent(agent, 'ready', {call_id = '', leg = '', pause_reason = '', failure = ''})
  match_agent(agent)
  return 1
end

function MOVE.pause()
  local agent = agent_of(args.code)
  move_agent(agent, 'pause', {call_id = '', leg = '', pause_reason = args.reason, failure = ''})
  return 1
end

function MOVE.end_wrap_up()
  end_wrap_up(agent_of(args.code))
  return 1
end

function MOVE.seat_registered()
  local seat = read(KEY.SEAT(args.seat)) or {}
  local before = seat.state or SEAT.start
  local to = step(SEAT, args.seat, before, args.registered and 'register' or 'lose')
  if to == before then return 0 end
  write(KEY.SEAT(args.seat), seat, {state = to})
  changed('seat', args.seat)
  if seat.agent then
    local agent = agent_of(seat.agent)
    index_agent(agent)
    match_agent(agent)
  end
  return 1
end

-- 1: there may be more to do. Others must not wait while one run does all of it.
function MOVE.tick()
  local leases, wrap_ups = due(KEY.LEASES), due(KEY.WRAP_UPS)
  for _, id in ipairs(leases) do take_back(read(KEY.CALL(id))) end
  for _, code in ipairs(wrap_ups) do end_wrap_up(agent_of(code)) end
  local steps = due(KEY.THRESHOLDS)
  for _, id in ipairs(steps) do
    local call = read(KEY.CALL(id))
    index_call(call)
    changed('call', id)
    match_call(call)
  end
  return math.max(#leases, #wrap_ups, #steps) >= args.most and 1 or 0
end

-- A call of ours to somebody outside, for this very agent: nobody waits in the line for it. There
-- is no lease: its channel owns it, and `routing.watch` ends it when there is none.
function MOVE.reserve()
  if read(KEY.CALL(args.call_id)) then return offer_now(args.call_id) end
  local agent = agent_of(args.code)
  local leg = args.call_id .. '/1'
  move_agent(agent, 'offer', {call_id = args.call_id, leg = leg})
  local call = {call_id = args.call_id, line = LINE.start, lines = '', hold_until = ''}
  redis.call('SADD', KEY.CALLS, args.call_id)
  move_call(call, 'reserve', {
    call_id = args.call_id, number = args.number, name = args.name, city = args.city,
    channel = args.channel, owner = args.owner, stage = 'offered', legs = '1', leg = leg,
    entered_at = instant(now), place = instant(now), widens_at = instant(now),
    agent = agent.code, seat = agent.seat, seat_city = agent.city, made_at = instant(now),
    dialled_at = instant(now), answered_at = '', seat_channel = '',
    -- What matching keeps of one who waits: nothing here.
    since = instant(now), lines = '', step = '1', steps = '[]', groups = '', wants = '',
    priority = '', prefers = '', hold_until = '',
  })
  return offer_now(args.call_id)
end

-- The seat did not take a call of ours: the agent is set aside (RONA) and the call is no more.
function MOVE.seat_unanswered()
  local call = holder()
  if not call or call.line == 'talking' then return 0 end
  local agent = agent_of(call.agent)
  move_agent(agent, 'fail', {failure = args.result, call_id = '', leg = ''})
  call.line = LINE.start
  index_call(call)
  redis.call('DEL', KEY.CALL(call.call_id))
  redis.call('SREM', KEY.CALLS, call.call_id)
  changed('call', call.call_id)
  return 1
end

local done, result = pcall(MOVE[ARGV[1]])
if done then return result end
if type(result) == 'table' and result.refused then return redis.error_reply(result.refused) end
error(result, 0)

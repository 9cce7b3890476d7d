-- Closures, coroutines, errors, goto, load, the debug library.
local function counter() local n = 0 return function() n = n + 1 return n end end
local c, d = counter(), counter() print(c(), c(), d())
local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end print(fib(22))
local function tail(n) if n == 0 then return "deep" end return tail(n - 1) end print(tail(1000000))
local gen = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(i, a) end return "end" end)
print(gen("x"), gen("y"), gen("z"), gen()) print(pcall(gen))
local co = coroutine.create(function() local ok, e = pcall(function() coroutine.yield(1) error({ code = 7 }) end) coroutine.yield(e.code) error("last") end)
print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.status(co), coroutine.resume(co))
print(coroutine.isyieldable(), coroutine.running()  ~= nil, coroutine.close(coroutine.create(print)))
local many = {} for i = 1, 1000 do many[i] = coroutine.wrap(function() coroutine.yield(i) return i end) end
local sum = 0 for i = 1, 1000 do sum = sum + many[i]() + many[i]() end print(sum)
print(pcall(error, "plain", 0), pcall(error, nil), pcall(error)) print(select(2, pcall(function() local x = nil; return x.y end)))
print(select(2, pcall(function() return 1 + {} end)), select(2, pcall(function() return #5 end)))
print(xpcall(function() error("inner") end, function(m) return "handled " .. m:match("inner") end))
print(debug.traceback("trace", 1):match("stack traceback") ~= nil, debug.getinfo(1, "l").currentline, debug.getinfo(print).what)
for i = 1, 3 do for j = 1, 3 do if j == 2 then goto continue end io.write(i, j, " ") ::continue:: end end print()
for i = 10, 1, -3 do io.write(i, " ") end for x = 0, 1, 0.25 do io.write(x, " ") end print()
print(pcall(load, nil), load("return 1 +"), load("return ...", "chunk", "t", {})(9))
print(load(string.dump(function(a) return a * 2 end))(21), load(coroutine.wrap(function() coroutine.yield("return ") coroutine.yield("5") end))())
local env = { print = print } load("x = 5 print(x)", "env", "t", env)() print(x, env.x)
local function va(...) local a, b = ... return select("#", ...), a, b, ... end print(va(nil, 2, nil)) print((va(1, 2)))
local hooks = 0 debug.sethook(function() hooks = hooks + 1 end, "l") local y = 1
y = 2 debug.sethook() print(hooks > 0, _VERSION)
package.preload.mine = function(name) return { name = name } end print(require("mine").name, package.loaded.mine ~= nil, pcall(require, "not.there") == false)
repeat local z = 5 until z == 5 while true do break end
print(os.getenv("NO_SUCH_VARIABLE"), type(os.clock()), type(os.time()), os.time { year = 2001, month = 9, day = 9, hour = 1, min = 46, sec = 40 })
print(os.date("!%Y-%m-%d %H:%M:%S %a %b %j", 1000000000), os.date("!*t", 86399).hour, os.difftime(10, 4))

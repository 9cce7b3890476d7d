-- Integers and floats: their texts, their arithmetic, their limits.
for _, x in ipairs { 0, -0.0, 1/3, 2^53, 2^63, 1e300 * 1e10, -1e-320, 0x1p-1074, 123456.789e3, math.pi, math.maxinteger } do
	print(x, math.type(x), string.format("%.17g %a %10.3e|%-12.4f|%+g", x, x, x, x % 1000, x))
end
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 1 // 0.0, 0/0 ~= 0/0, 3 | 4, 5 ~ 3, ~0, 1 << 62, 1 << 64, -1 >> 60)
print(math.mininteger // -1, math.mininteger % -1, pcall(function() return 1 // 0 end))
print(math.tointeger(3.0), math.tointeger(3.5), math.tointeger("8"), 10 == 10.0, "10" + 5, "0x10" * 2, "1e1" // 3)
for _, s in ipairs { "0x1.8p3", " 12 ", "1e", "0x", "1_0", "inf", "nan", "1e400", "-0x7fffffffffffffff", "9223372036854775808" } do
	print(s, tonumber(s))
end
print(tonumber("zz", 36), tonumber("777", 8), tonumber("8", 8))
for _, f in ipairs { "sin", "cos", "tan", "exp", "log", "sqrt", "atan", "floor", "ceil", "abs" } do
	print(f, string.format("%.13g", math[f](0.7)), string.format("%.13g", math[f](100)))
end
print(math.log(8, 2), math.log(1000, 10), math.fmod(-7, 3), math.fmod(7.5, -2), math.modf(-3.7), math.ult(1, -1))
math.randomseed(42)
local a = math.random(1000000); math.randomseed(42); print(a == math.random(1000000), a >= 1 and a <= 1000000)
local sum = 0
for i = 1, 100000 do sum = sum + i / 7 end
print(sum, 2^0.5, 10 // 3 * 3 + 10 % 3)

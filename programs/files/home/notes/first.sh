# A script for the shell: sh notes/first.sh [NAME]
test=/tmp/first.$$

echo "Hello ${1}, this is process $$."
echo 'one
two
three' > $test
wc -l $test && grep -n o $test
grep -q four $test || echo "no four in $test"
rm $test

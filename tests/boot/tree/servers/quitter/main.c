/* quitter: a server whose author forgot to serve. */
int main(void)
{
	return 3;
}
